package configs

import (
	"compress/gzip"
	"encoding/json"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"foghorn/mist/openapitest"
)

const device = "00000000-0000-0000-1000-5c5b350e01c7"

func key(t Type) string {
	if t.Site {
		return "site/" + t.Name
	}
	return "org/" + t.Name
}

// What our copy of the document lacks, openapitest adds.
func TestTheTableFitsTheDocument(t *testing.T) {
	doc, err := openapitest.Load()
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, typ := range Types() {
		if seen[key(typ)] {
			t.Errorf("%s is there twice", key(typ))
		}
		seen[key(typ)] = true
		list := "/api/v1" + typ.ListPath(org, site, device)
		if _, ok := doc.Operation("GET", list); !ok {
			t.Errorf("%s: no GET %s", key(typ), list)
			continue
		}
		query, err := url.ParseQuery(typ.Query)
		if err != nil {
			t.Fatal(err)
		}
		if !typ.Single && !typ.Device {
			query.Set("limit", "1000")
			query.Set("page", "1")
		}
		if err := doc.Request("GET", &url.URL{Path: list, RawQuery: query.Encode()}, "", nil); err != nil {
			t.Errorf("%s: %v", key(typ), err)
		}
		p := Path{OrgID: org, Type: typ.Name, ID: guest}
		if typ.Site {
			p.SiteID = site
		}
		for _, method := range []string{"GET", "PUT"} {
			if _, ok := doc.Operation(method, "/api/v1"+typ.ItemPath(p)); !ok && !(typ.ReadOnly && method == "PUT") {
				t.Errorf("%s: no %s %s", key(typ), method, typ.ItemPath(p))
			}
		}
	}
}

// document is Mist's OpenAPI document, to walk its schemas.
func document(t *testing.T) map[string]any {
	t.Helper()
	f, err := os.Open("../../mist/openapitest/testdata/mist.openapi.json.gz")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	var doc map[string]any
	if err := json.NewDecoder(z).Decode(&doc); err != nil {
		t.Fatal(err)
	}
	return doc
}

// walker collects the names of all properties below a schema.
type walker struct {
	doc   map[string]any
	seen  map[string]bool
	names map[string]bool
}

func (w *walker) follow(v any) map[string]any {
	o, _ := v.(map[string]any)
	for {
		ref, ok := o["$ref"].(string)
		if !ok {
			return o
		}
		if w.seen[ref] {
			return nil
		}
		w.seen[ref] = true
		var at any = w.doc
		for part := range strings.SplitSeq(strings.TrimPrefix(ref, "#/"), "/") {
			at = at.(map[string]any)[part]
		}
		o, _ = at.(map[string]any)
	}
}

func (w *walker) walk(v any) {
	o := w.follow(v)
	if len(o) == 0 {
		return
	}
	for name, p := range asObject(o["properties"]) {
		w.names[name] = true
		w.walk(p)
	}
	for _, k := range []string{"items", "additionalProperties"} {
		w.walk(o[k])
	}
	for _, k := range []string{"oneOf", "anyOf", "allOf"} {
		list, _ := o[k].([]any)
		for _, e := range list {
			w.walk(e)
		}
	}
}

func asObject(v any) map[string]any { o, _ := v.(map[string]any); return o }

// notSecret are the names in the document that sound secret and are not.
var notSecret = strings.Fields(`add_community admin_sshkeys allow_ping community community_vlan_id dhcp_snooping
	disable_arp_ping dynamic_psk enable_local_keycaching enable_shared_radio_scanning exclude_community key_id key_idx keywrap_enabled
	keywrap_format multi_psk_only oauth2_token_url passphrase_enabled passphrase_expire send_ip_mac_mapping ssh_keys traffic_shaping
	use_mapping psk_type shared_scanning_enabled`)

func TestEveryNameOfASecretIsKnown(t *testing.T) {
	doc := document(t)
	w := &walker{doc: doc, seen: map[string]bool{}, names: map[string]bool{}}
	for _, typ := range Types() {
		get := asObject(asObject(asObject(doc["paths"])["/api/v1"+typ.Path])["get"])
		answer := w.follow(asObject(get["responses"])["200"])
		w.walk(asObject(asObject(answer["content"])["application/json"])["schema"])
	}
	sounds := regexp.MustCompile(`secret|passw|psk|passphrase|key|token|community|shared|\bpin\b|kek|mack`)
	found := 0
	for name := range w.names {
		switch {
		case !sounds.MatchString(name):
		case IsSecretName(name):
			found++
		case !slices.Contains(notSecret, name):
			t.Errorf("%s sounds secret: the backup would keep it in clear", name)
		}
	}
	if found < 30 {
		t.Errorf("only %d secrets in the document: was it read?", found)
	}
	for _, name := range notSecret {
		if IsSecretName(name) && w.names[name] {
			t.Errorf("%s counts as secret, and is none", name)
		}
	}
}

func TestTheDocsListAllTypes(t *testing.T) {
	docs, err := os.ReadFile("../../docs/CONFIGS.md")
	if err != nil {
		t.Fatal(err)
	}
	for level, site := range map[string]bool{"organization": false, "site": true} {
		var names []string
		for _, typ := range Types() {
			if typ.Site == site {
				names = append(names, typ.Name)
			}
		}
		if row := "| " + level + " | " + strings.Join(names, ", ") + " |"; !strings.Contains(string(docs), row) {
			t.Errorf("docs/CONFIGS.md lacks the row\n%s", row)
		}
	}
}
