package query

// MustParse parses a query that is part of the program. It panics on an error.
func MustParse(text string) *Query {
	q, err := Parse(text)
	if err != nil {
		panic("query " + text + ": " + err.Error())
	}
	return q
}
