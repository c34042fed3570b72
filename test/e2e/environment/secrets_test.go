package environment

import (
	"encoding/base64"
	"encoding/json"
	"net/url"
	"testing"
)

func TestLeaksAreFound(t *testing.T) {
	secret := canary()
	quoted, err := json.Marshal("sent " + secret)
	if err != nil {
		t.Fatal(err)
	}
	for name, planted := range map[string]string{
		"plain":           secret,
		"query":           "http://host/?q=" + url.QueryEscape(secret),
		"user of a URL":   "http://u:" + url.PathEscape(secret) + "@host/",
		"JSON":            string(quoted),
		"base64":          base64.StdEncoding.EncodeToString([]byte(secret)),
		"base64 of a URL": base64.RawURLEncoding.EncodeToString([]byte(secret)),
		"basic":           base64.StdEncoding.EncodeToString([]byte("git:" + secret)),
		"basic, 2 before": base64.StdEncoding.EncodeToString([]byte("g:" + secret + "\n")),
		"basic, 3 before": base64.StdEncoding.EncodeToString([]byte("gi:" + secret + " and more")),
	} {
		if found := leaksOf([]string{"another", secret}, "before "+planted+" after"); len(found) == 0 {
			t.Errorf("%s: did not find the leak %s", name, planted)
		}
	}
	if found := leaksOf([]string{secret}, "canary~ "+canary()); len(found) > 0 {
		t.Errorf("text without a leak: got %v, want none", found)
	}
}
