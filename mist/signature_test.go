package mist

import (
	"strings"
	"testing"
)

// The vector of docs/mist-api.md, Webhook signature.
const (
	pingBody = `{"topic":"ping","events":[{"id":"18ff1f91-a9e0-c3b7-74ea-2ce4ea372f72","name":"my webhook","site_id":"4ac1dcf4-9d8b-7211-65c4-057819f0862b","timestamp":1461220784}]}`
	pingV1   = "9c8e43744802829dcca28893417826fb76eb88ff"
	pingV2   = "9f2d8c5d1f6cf29f5ef2256aa7e5494287d9e30eb7c77ab80f9e60b76ac6833f"
)

func TestSignMatchesThePublishedVector(t *testing.T) {
	v1, v2 := Sign([]byte("secret"), []byte(pingBody))
	if v1 != pingV1 || v2 != pingV2 {
		t.Errorf("Sign = %s, %s; want %s, %s", v1, v2, pingV1, pingV2)
	}
}

func TestCheck(t *testing.T) {
	for _, c := range []struct {
		name, secret, body, v1, v2 string
		want                       bool
	}{
		{"as sent", "secret", pingBody, pingV1, pingV2, true},
		{"upper-case hex", "secret", pingBody, strings.ToUpper(pingV1), strings.ToUpper(pingV2), true},
		{"other secret", "secret2", pingBody, pingV1, pingV2, false},
		{"body with a newline added", "secret", pingBody + "\n", pingV1, pingV2, false},
		{"the two swapped", "secret", pingBody, pingV2, pingV1, false},
		{"cut short", "secret", pingBody, pingV1[:38], pingV2[:62], false},
		{"with a prefix", "secret", pingBody, "sha1=" + pingV1, "sha256=" + pingV2, false},
		{"not hex", "secret", pingBody, strings.Repeat("z", 40), strings.Repeat("z", 64), false},
		{"empty", "secret", pingBody, "", "", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := CheckV1([]byte(c.secret), []byte(c.body), c.v1); got != c.want {
				t.Errorf("CheckV1 = %v", got)
			}
			if got := CheckV2([]byte(c.secret), []byte(c.body), c.v2); got != c.want {
				t.Errorf("CheckV2 = %v", got)
			}
		})
	}
}

func TestCheckNeverAcceptsAnEmptySecret(t *testing.T) {
	v1, v2 := Sign(nil, []byte(pingBody))
	if CheckV1(nil, []byte(pingBody), v1) || CheckV2(nil, []byte(pingBody), v2) {
		t.Error("an empty secret was accepted")
	}
}
