package mist

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"
)

// told is everything that may be printed of a value.
func told(v any) string {
	var log bytes.Buffer
	slog.New(slog.NewTextHandler(&log, nil)).Info("x", "v", v)
	slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "v", v)
	return fmt.Sprintf("%v %+v %#v %s %q %d %x", v, v, v, v, v, v, v) + log.String()
}

func TestNothingThatIsPrintedHoldsASecret(t *testing.T) {
	secrets := []string{testToken, testPassword, "query-secret-1", "body-secret-2", "csrf-1234", "fmt.hidden"}
	check := func(what, text string) {
		t.Helper()
		for _, s := range secrets {
			if strings.Contains(text, s) || strings.Contains(text, fmt.Sprintf("%x", s)) {
				t.Errorf("%s: %q is in %s", what, s, text)
			}
		}
	}
	byToken := setup(t)
	byLogin := logIn(t, testPassword, nil)
	if err := byLogin.ask(t.Context(), "POST"); err != nil {
		t.Fatal(err)
	}
	for _, c := range []*Client{byToken.client, byLogin.client} {
		check("the client", told(c))
		check("the client, inside", told(struct{ C *Client }{c}))
		check("its parts", told(c.auth))
		check("the client by value", fmt.Sprintf("%+v", struct{ A authorizer }{c.auth}))
	}
	// A cloud that repeats all that it got.
	byToken.on("POST /echo", func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		detail, _ := json.Marshal(r.Header.Get("Authorization") + " " + r.URL.RawQuery + " " + string(body))
		answer(400, `{"detail":`+string(detail)+`}`)(w, r)
	})
	_, err := byToken.client.Do(t.Context(), Request{Method: "POST", Path: "/echo?token=query-secret-1", Body: []byte(`{"secret":"body-secret-2","name":"a"}`)})
	if !IsKind(err, KindBadRequest) || !strings.Contains(err.Error(), "<secret>") {
		t.Errorf("got %v", err)
	}
	check("what the cloud repeats", told(err)+Explain(err))

	for _, failure := range []error{io.ErrUnexpectedEOF, errors.New("proxy said no")} {
		k := setup(t, WithHTTPClient(&http.Client{Transport: roundTrip(func(*http.Request) (*http.Response, error) { return nil, failure })}))
		_, err := k.client.Do(t.Context(), Request{Path: "/self?token=query-secret-1"})
		check("a broken connection", told(err)+Explain(err))
		_, err = k.client.Do(t.Context(), Request{Path: "https://ann:" + testPassword + "@evil.example/self?token=query-secret-1"})
		check("another host", told(err)+Explain(err))
	}
	for _, opt := range []Option{WithToken("fmt.hidden token"), WithToken("fmt.hidden\n\n-"), WithBaseURL("https://ann:" + testPassword + "@x?query-secret-1"), WithBaseURL("ftp://" + testPassword)} {
		_, err := NewClient(opt)
		check("a bad option", told(err))
		if err == nil {
			t.Error("a bad option is taken")
		}
	}
}

func TestAWebhookIsPrintedWithoutItsSecrets(t *testing.T) {
	w, _ := decodeRow[Webhook]([]byte(`{"id":"w1","name":"mine","url":"https://ann:hush-hush@example.com/x?apikey=hush-hush","secret":"s3cr3t-s3cr3t","topics":"zone"}`))
	text := told(w) + told(&w) + told([]Webhook{w})
	for _, s := range []string{"hush-hush", "s3cr3t"} {
		if strings.Contains(text, s) {
			t.Errorf("%q is in %s", s, text)
		}
	}
	if !w.HasSecret || w.MaskedURL() != "https://xxxxx@example.com/x?apikey=xxxxx" || len(w.Topics) != 1 || !w.Enabled || !w.VerifyCert {
		t.Errorf("%s: %v %v", w.MaskedURL(), w.Topics, w.HasSecret)
	}
}

func TestWhatAClientNeeds(t *testing.T) {
	for name, c := range map[string]struct {
		opts []Option
		want string
	}{
		"nothing":             {nil, "needs a region or the URL"},
		"nobody":              {[]Option{WithRegion("emea-01")}, "needs an API token"},
		"a region misspelled": {[]Option{WithRegion("emea-10"), WithToken("t")}, "did you mean"},
		"an empty token":      {[]Option{WithRegion("emea-01"), WithToken(" \n")}, "token is empty"},
		"a token of two":      {[]Option{WithRegion("emea-01"), WithToken("Token abc")}, "spaces"},
		"no password":         {[]Option{WithRegion("emea-01"), WithLogin("ann@acme.example", "", nil)}, "an email address and a password"},
		"no URL":              {[]Option{WithBaseURL("api.mist.com"), WithToken("t")}, "must look like"},
		"a URL with a query":  {[]Option{WithBaseURL("https://api.mist.com/?a=b"), WithToken("t")}, "must not have"},
		"another kind of URL": {[]Option{WithBaseURL("wss://api-ws.mist.com"), WithToken("t")}, "must look like"},
	} {
		if _, err := NewClient(c.opts...); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %q", name, err, c.want)
		}
	}
	for base, want := range map[string]string{
		"https://api.eu.mist.com":           "https://api.eu.mist.com/api/v1/self",
		" https://api.eu.mist.com/ ":        "https://api.eu.mist.com/api/v1/self",
		"https://api.eu.mist.com/api/v1":    "https://api.eu.mist.com/api/v1/self",
		"https://api.eu.mist.com/api/v1/":   "https://api.eu.mist.com/api/v1/self",
		"http://127.0.0.1:8080/mist/api/v1": "http://127.0.0.1:8080/mist/api/v1/self",
		"http://[::1]:8080/a%2Fb":           "http://[::1]:8080/a%2Fb/api/v1/self",
	} {
		c, err := NewClient(WithBaseURL(base), WithToken("t"))
		if err != nil {
			t.Errorf("%s: %v", base, err)
			continue
		}
		if u, err := c.resolve("/self", nil); err != nil || u.String() != want {
			t.Errorf("%s: %v, %v; want %s", base, u, err, want)
		}
	}
	if c, err := NewClient(WithRegion("EMEA 01"), WithToken("t")); err != nil || c.Host() != "api.eu.mist.com" {
		t.Errorf("by region: %v, %v", c, err)
	}
}
