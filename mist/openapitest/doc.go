// Package openapitest holds Mist's published OpenAPI document against what is
// said over HTTP, in tests: put Check(t) between a client and a server, and
// every request and answer that the document does not allow fails the test.
//
// It is lenient where the document is known to be wrong: unknown members are
// taken, a member may be null, an update may leave out what the whole object
// must have, and a few routes and parameters of newer documents are known. It
// is not lenient about anything else, above all not about our own requests.
package openapitest
