package export

import (
	"bytes"
	"math"
	"testing"
)

func TestRecords(t *testing.T) {
	names := []string{"id", "a\x1b[31m", "=x"}
	rows := []Record{NewRecord(names, []any{int64(1), "it's \x1b[2J|", nil}), NewRecord(names, []any{1.5, []byte{0xff, 0xfe}, "=1+1"}),
		NewRecord(names, []any{math.Inf(1), []byte("text"), ""})}
	for f, want := range map[Format]string{
		Table: "id    a\\x1b[31m      =x\n1     it's \\x1b[2J|\n1.5   //4=           =1+1\n+Inf  text\n",
		JSON: "[\n  {\n    \"id\": 1,\n    \"a\\u001b[31m\": \"it's \\u001b[2J|\",\n    \"=x\": null\n  },\n  {\n    \"id\": 1.5,\n    \"a\\u001b[31m\": \"//4=\",\n    \"=x\": \"=1+1\"\n  },\n" +
			"  {\n    \"id\": null,\n    \"a\\u001b[31m\": \"text\",\n    \"=x\": \"\"\n  }\n]\n",
		NDJSON:   "{\"id\":1,\"a\\u001b[31m\":\"it's \\u001b[2J|\",\"=x\":null}\n{\"id\":1.5,\"a\\u001b[31m\":\"//4=\",\"=x\":\"=1+1\"}\n{\"id\":null,\"a\\u001b[31m\":\"text\",\"=x\":\"\"}\n",
		CSV:      "id,a\\x1b[31m,'=x\r\n1,it's \\x1b[2J|,\r\n1.5,//4=,'=1+1\r\n+Inf,text,\r\n",
		Markdown: "| id | a\\x1b[31m | =x |\n| --- | --- | --- |\n| 1 | it's \\\\x1b\\[2J\\| |  |\n| 1.5 | //4= | =1+1 |\n| +Inf | text |  |\n",
	} {
		var out bytes.Buffer
		if err := WriteRecords(&out, f, names, rows, Options{}); err != nil || out.String() != want {
			t.Errorf("%s: %v\n%q, want\n%q", f, err, out.String(), want)
		}
	}
	var out bytes.Buffer
	if err := WriteRecords(&out, JSON, names, nil, Options{}); err != nil || out.String() != "[]\n" {
		t.Errorf("no rows: %v, %q", err, out.String())
	}
}
