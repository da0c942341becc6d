package webhook

import (
	"net/http"
	"sort"
	"strings"

	"foghorn/internal/safetext"
)

// What is kept of a request's line and headers.
const (
	maxHeaders     = 64
	maxHeaderBytes = 8 << 10 // all names and values together
	maxValue       = 1 << 10
	maxPath        = 512
	maxMethod      = 24
)

// masked replaces a value that may be a credential.
const masked = "<masked>"

// keptHeaders returns the headers as they may be stored: the values of known
// ones, the names alone of all others, number and size bounded. Signatures stay:
// they are digests, and a check or a replay needs them. The map given is returned
// itself when nothing had to change.
func keptHeaders(h http.Header) map[string][]string {
	size, plain := 0, len(h) <= maxHeaders
	for k, vs := range h {
		size += len(k)
		how := headerValues[k]
		plain = plain && how != hidden
		for _, v := range vs {
			size += len(v)
			plain = plain && len(v) <= maxValue && (how == shown || bareURL(v) == v)
		}
	}
	if plain && size <= maxHeaderBytes {
		return h
	}
	return boundHeaders(h)
}

// boundHeaders copies what fits, the headers that decide a verdict first.
func boundHeaders(h http.Header) map[string][]string {
	names := make([]string, 0, len(h))
	for k := range h {
		names = append(names, k)
	}
	sort.Slice(names, func(i, j int) bool {
		a, b := weight(names[i]), weight(names[j])
		if a != b {
			return a > b
		}
		return names[i] < names[j]
	})
	out := make(map[string][]string, min(len(h), maxHeaders))
	left := maxHeaderBytes
	for _, k := range names {
		if len(out) == maxHeaders || left < len(k) {
			break
		}
		left -= len(k)
		var kept []string
		for _, v := range h[k] {
			switch headerValues[k] {
			case hidden:
				v = masked
			case address:
				v = bareURL(v)
			}
			v = safetext.Clip(v, min(maxValue, left))
			left -= len(v)
			kept = append(kept, v)
			if left <= 0 || len(kept) == maxHeaders {
				break
			}
		}
		out[k] = kept
	}
	return out
}

// weight orders headers by how much a person debugging needs them.
func weight(k string) int {
	switch k {
	case keyV2, keyV1, keyJunos, keyError, "Content-Type", "Content-Encoding", "Content-Length", "User-Agent":
		return 1
	}
	return 0
}

// How the value of a header is kept.
type keep uint8

const (
	hidden  keep = iota // the name alone: any header may carry a key, whatever it is called
	shown               // as it came
	address             // a URL, without what may be a secret in it
)

// headerValues are the headers whose values are known to carry no secret: what
// HTTP itself needs, who asks, and the way the request took. A header that is
// not here is kept by its name.
var headerValues = map[string]keep{
	keyV2: shown, keyV1: shown, keyJunos: shown, keyError: shown,

	"Accept": shown, "Accept-Charset": shown, "Accept-Encoding": shown, "Accept-Language": shown, "Cache-Control": shown,
	"Connection": shown, "Content-Encoding": shown, "Content-Language": shown, "Content-Length": shown, "Content-Type": shown,
	"Date": shown, "Dnt": shown, "Early-Data": shown, "Expect": shown, "Keep-Alive": shown, "Max-Forwards": shown, "Pragma": shown,
	"Priority": shown, "Te": shown, "Trailer": shown, "Transfer-Encoding": shown, "Upgrade": shown, "Upgrade-Insecure-Requests": shown,
	"User-Agent": shown, "X-Requested-With": shown,
	"Sec-Fetch-Dest": shown, "Sec-Fetch-Mode": shown, "Sec-Fetch-Site": shown, "Sec-Fetch-User": shown,

	"Forwarded": shown, "Via": shown, "X-Forwarded-For": shown, "X-Forwarded-By": shown, "X-Forwarded-Host": shown,
	"X-Forwarded-Port": shown, "X-Forwarded-Proto": shown, "X-Forwarded-Protocol": shown, "X-Forwarded-Scheme": shown,
	"X-Forwarded-Server": shown, "X-Forwarded-Ssl": shown, "X-Real-Ip": shown, "X-Scheme": shown, "Front-End-Https": shown,
	"Client-Ip": shown, "X-Client-Ip": shown, "X-Cluster-Client-Ip": shown, "True-Client-Ip": shown, "X-Original-Forwarded-For": shown,
	"X-Original-Host": shown, "X-Original-Proto": shown, "X-Proxyuser-Ip": shown, "X-Remote-Addr": shown, "X-Remote-Ip": shown,
	"Cf-Connecting-Ip": shown, "Cf-Connecting-Ipv6": shown, "Cf-Ipcountry": shown, "Cf-Ray": shown, "Cf-Visitor": shown, "Cdn-Loop": shown,
	"Fastly-Client-Ip": shown, "Fly-Client-Ip": shown, "Fly-Forwarded-Port": shown, "Fly-Forwarded-Proto": shown, "Fly-Region": shown,
	"Fly-Request-Id": shown, "X-Amz-Cf-Id": shown, "X-Amzn-Trace-Id": shown, "X-Azure-Clientip": shown, "X-Azure-Ref": shown,
	"X-Azure-Socketip": shown, "X-Cloud-Trace-Context": shown, "X-Envoy-External-Address": shown,
	"X-Envoy-Internal": shown, "X-Varnish": shown, "X-Appengine-User-Ip": shown,
	"X-Correlation-Id": shown, "X-Request-Id": shown, "X-Request-Start": shown, "X-B3-Traceid": shown, "X-B3-Spanid": shown,
	"X-B3-Parentspanid": shown, "X-B3-Sampled": shown, "Traceparent": shown,

	"Origin": address, "Referer": address, "X-Original-Url": address, "X-Original-Uri": address, "X-Rewrite-Url": address,
	"X-Forwarded-Uri": address, "X-Forwarded-Path": address, "X-Forwarded-Prefix": address,
}

// bareURL takes off a web address, or a path, what may be a secret in it: user
// and password, query, fragment. What is neither is not kept.
func bareURL(v string) string {
	if v != "null" && !strings.HasPrefix(v, "/") && !strings.HasPrefix(v, "http://") && !strings.HasPrefix(v, "https://") {
		return masked
	}
	if i := strings.IndexAny(v, "?#;"); i >= 0 {
		v = v[:i] + "?" + masked
	}
	scheme, rest, ok := strings.Cut(v, "//")
	if !ok {
		return v
	}
	authority, path, _ := strings.Cut(rest, "/")
	at := strings.LastIndexByte(authority, '@')
	if at < 0 {
		return v
	}
	v = scheme + "//" + masked + authority[at:]
	if len(authority) < len(rest) {
		v += "/" + path
	}
	return v
}
