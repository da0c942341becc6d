package mistsim

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
)

func TestTransportAnswersAsAServerDoes(t *testing.T) {
	var got *http.Request
	transport := Transport{http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got = r
		if r.URL.Path == "/breaks" {
			_, _ = io.WriteString(w, `{"half`)
			panic(http.ErrAbortHandler)
		}
		body, _ := io.ReadAll(r.Body)
		w.Header().Set("X-Page-Total", "7")
		w.WriteHeader(http.StatusTeapot)
		_, _ = w.Write(bytes.ToUpper(body))
	})}
	client := &http.Client{Transport: transport}
	resp, err := client.Post("https://api.mist.test/api/v1/x?limit=3", "application/json", strings.NewReader("ping"))
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(resp.Body)
	if resp.StatusCode != http.StatusTeapot || string(body) != "PING" || err != nil || resp.Header.Get("X-Page-Total") != "7" {
		t.Errorf("%d %q, %v", resp.StatusCode, body, err)
	}
	if got.Host != "api.mist.test" || got.RequestURI != "/api/v1/x?limit=3" || got.URL.Query().Get("limit") != "3" || got.RemoteAddr == "" {
		t.Errorf("the handler got %+v", got)
	}

	resp, err = client.Get("https://api.mist.test/breaks")
	if err != nil {
		t.Fatal(err)
	}
	if body, err := io.ReadAll(resp.Body); string(body) != `{"half` || !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("a body that breaks off: %q, %v", body, err)
	}

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "https://api.mist.test/", nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := client.Do(r); !errors.Is(err, context.Canceled) {
		t.Errorf("a request that was given up: %v", err)
	}
}
