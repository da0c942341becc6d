package actions_test

import (
	"encoding/csv"
	"errors"
	"strings"
	"testing"
	"unicode/utf16"

	"foghorn/actions"
	"foghorn/journal/export"
)

// Files as people have them: each of these names the same two devices.
func TestRenamesAreReadHoweverPeopleWriteThem(t *testing.T) {
	const want = "020000000b01=ap-hall-1 020000000b02=ap-hall-2"
	for name, file := range map[string]string{
		"name first":              "ap-hall-1,02:00:00:00:0b:01\nap-hall-2,0200.0000.0b02\n",
		"MAC first":               "020000000b01,ap-hall-1\n020000000b02,ap-hall-2\n",
		"a heading":               "name,mac\nap-hall-1,02-00-00-00-0B-01\nap-hall-2,020000000b02",
		"a heading in reverse":    "mac,name\n02:00:00:00:0b:01,ap-hall-1\n02:00:00:00:0b:02,ap-hall-2\n",
		"a commented heading":     "#mac,name\n02:00:00:00:0b:01,ap-hall-1\n02:00:00:00:0b:02,ap-hall-2\n",
		"a commented heading 2":   "# MAC, Name\n02:00:00:00:0b:01,ap-hall-1\n02:00:00:00:0b:02,ap-hall-2\n",
		"more columns":            "Site,AP Name,Model,MAC Address\nhq,ap-hall-1,AP45,020000000b01\nhq,ap-hall-2,AP45,020000000b02\n",
		"old and new name":        "name,new name,mac\nold,ap-hall-1,020000000b01\nold,ap-hall-2,020000000b02\n",
		"semicolons, mark, CRLF":  "\ufeffName;MAC Address\r\nap-hall-1;02-00-00-00-0B-01\r\nap-hall-2;0200.0000.0b02\r\n",
		"quoted heading, mark":    "\ufeff\"Name\",\"MAC\",\"Site\"\n\"ap-hall-1\",\"02:00:00:00:0b:01\",\"harbour\"\n\"ap-hall-2\",\"02:00:00:00:0b:02\",\"harbour\"\n",
		"everything quoted, ;":    "\"name\";\"mac\"\n\"ap-hall-1\";\"02:00:00:00:0b:01\"\n\"ap-hall-2\";\"02:00:00:00:0b:02\"\n",
		"tabs":                    "name\tmac\nap-hall-1\t02:00:00:00:0b:01\nap-hall-2\t02:00:00:00:0b:02\n",
		"sep= of Excel":           "sep=;\r\nname;mac\r\nap-hall-1;020000000b01\r\nap-hall-2;020000000b02\r\n",
		"UTF-16 of Excel":         "\xff\xfe" + utf16le("name\tmac\r\nap-hall-1\t020000000b01\r\nap-hall-2\t020000000b02\r\n"),
		"old Mac line ends":       "name,mac\rap-hall-1,020000000b01\rap-hall-2,020000000b02\r",
		"text kept as a formula":  "name,mac\nap-hall-1,\"=\"\"020000000b01\"\"\"\nap-hall-2,020000000b02\n",
		"remarks and empty rows":  "# for Friday\nname,mac\n\nap-hall-1,020000000b01\n,\n#\nap-hall-2,020000000b02\n",
		"blanks around":           " name , mac \n ap-hall-1 , 020000000b01 \n ap-hall-2 , 020000000b02 \n",
		"a trailing separator":    "name,mac,\nap-hall-1,020000000b01,\nap-hall-2,020000000b02,\n",
		"MAC, and serial if none": "serial,mac,name\nX1,020000000b01,ap-hall-1\nX2,020000000b02,ap-hall-2\n",
	} {
		t.Run(name, func(t *testing.T) {
			rows, err := actions.ReadRenames(strings.NewReader(file), "aps.csv")
			if got := told(rows); err != nil || got != want {
				t.Errorf("got %s (%v)", got, err)
			}
		})
	}
}

func TestNamesOfAFileAreTakenAsTheyAre(t *testing.T) {
	for file, want := range map[string]string{
		"name,mac\n#1-lobby,020000000b01\n":                      "020000000b01=#1-lobby",
		"#1-lobby,020000000b01\n":                                "020000000b01=#1-lobby",
		"name,mac\n\"ap \"\"2\"\", left\",020000000b01\n":        `020000000b01=ap "2", left`,
		"name,mac\n'=cmd,020000000b01\n":                         "020000000b01==cmd",
		"name,mac\n'=a,020000000b01\nEingang Süd,020000000b02\n": "020000000b01==a 020000000b02=Eingang Süd",
		"name;mac\nhall, left;020000000b01\n":                    "020000000b01=hall, left",
		"020000000b03,020000000b04\n":                            "020000000b04=020000000b03",
		"serial number,name\nA1,x\n":                             "A1=x",
		"serial,mac,name\nA1,,x\nA2,020000000b01,y\n":            "A1=x 020000000b01=y",
	} {
		rows, err := actions.ReadRenames(strings.NewReader(file), "aps.csv")
		if got := told(rows); err != nil || got != want {
			t.Errorf("%q: got %s (%v), want %s", file, got, err, want)
		}
	}
}

func TestAllMistakesOfAFileAreToldAtOnceWithLineAndColumn(t *testing.T) {
	for name, tt := range map[string]struct{ file, want string }{
		"three kinds": {"name,mac\nap-1,aczz23ff\n,020000000b02\nap-3,020000000b03\nap-4\n",
			"f:2:6: \"aczz23ff\" is not a MAC\nf:3:1: no name\nf:5:1: no MAC"},
		"a bare quote":        {"name,mac\nap-1,02:00:00:00:0b:01\nap \"2\",02:00:00:00:0b:02\n", "f:3:4: a quotation mark inside a cell"},
		"a quote left open":   {"name,mac\n\"ap-1,020000000b01\nap-2,020000000b02\n", "f:3:"},
		"a MAC as a number":   {"name,mac\nap-1,2.00E+10\nap-2,20003000001\n", "f:2:6: \"2.00E+10\" is not a MAC; a spreadsheet may have turned it into a number: format the column as text, or write the MAC with colons\nf:3:6: \"20003000001\""},
		"a device twice":      {"name,mac\na,020000000b01\nb,02:00:00:00:0B:01\n", "f:3:1: 02:00:00:00:0b:01 is already in line 2"},
		"no heading, serial":  {"A1,ap-1\nA2,ap-2\n", "f:1:1: no MAC in the first two columns"},
		"heading without MAC": {"name,site\nap-1,hq\n", "f:1:1: the heading line has no mac or serial column"},
		"two columns alike":   {"name,mac,Name\na,020000000b01,b\n", "f:1:10: two columns are called \"Name\""},
		"nothing":             {"", "f: has no rows of name and MAC"},
		"a heading alone":     {"name,mac\n", "f: has no rows of name and MAC"},
		"Latin-1":             {"name,mac\nS\xfcd,020000000b01\n", "f:2:1: not UTF-8; save the file as \"CSV UTF-8\""},
		"a NUL":               {"name,mac\na\x00b,020000000b01\n", "f:2:2: a NUL byte"},
		"a line end inside":   {"name,mac\n\"a\nb\",020000000b01\n", "f:2:"},
		"an escape":           {"name,mac\n\x1b[2J,020000000b01\n", "f:2:1: the name holds a character that cannot be seen (U+001B)"},
		"# and a bad MAC":     {"name,mac\n#1,zz\n", "f:2:4: \"zz\" is not a MAC"},
	} {
		t.Run(name, func(t *testing.T) {
			rows, err := actions.ReadRenames(strings.NewReader(tt.file), "f")
			var bad *actions.FileError
			if !errors.As(err, &bad) || rows != nil || !strings.HasPrefix(err.Error(), tt.want) {
				t.Errorf("got %d rows and\n%v\nwant\n%s", len(rows), err, tt.want)
			}
		})
	}
	long := "name,mac\n" + strings.Repeat("x,y\n", 200)
	if _, err := actions.ReadRenames(strings.NewReader(long), "f"); strings.Count(err.Error(), "\n") != 50 || !strings.HasSuffix(err.Error(), "f: and 150 more") {
		t.Errorf("the list of mistakes is not bounded: %v", err)
	}
}

// The undo file has every name as it was, and a spreadsheet runs none as a formula.
func TestANameSurvivesBeingWrittenAndRead(t *testing.T) {
	for _, name := range []string{"ap-1", "=1+2", "'=1", "''", "'", "-x", "@a", "+1", "#1", `="x"`, `a "b", c;d`, "x;=cmd", "x; '=y", "1", "sep=;"} {
		var b strings.Builder
		w := csv.NewWriter(&b)
		_ = w.WriteAll([][]string{{"name", "mac"}, {export.Disarm(name), "02:00:00:00:0b:01"}})
		rows, err := actions.ReadRenames(strings.NewReader(b.String()), "f")
		if err != nil || len(rows) != 1 || rows[0].Name != name {
			t.Errorf("%q became %+v (%v)", name, rows, err)
		}
	}
}

func FuzzReadRenames(f *testing.F) {
	f.Add("name,mac\nap-1,020000000b01\n")
	f.Add("\ufeffName;MAC Address\r\n\"a\"\"b\";02-00-00-00-0B-01\r\n")
	f.Add("sep=\t\n#x\ty\n")
	f.Add("\xff\xfea\x00")
	f.Fuzz(func(t *testing.T, file string) {
		rows, err := actions.ReadRenames(strings.NewReader(file), "f")
		if (err == nil) != (len(rows) > 0) {
			t.Fatalf("%d rows with %v", len(rows), err)
		}
		for _, r := range rows {
			if r.Name == "" || r.MAC == "" && r.Serial == "" || r.Line < 1 || r.Column < 1 {
				t.Fatalf("row %+v", r)
			}
		}
	})
}

func told(rows []actions.Row) string {
	var out []string
	for _, r := range rows {
		out = append(out, string(r.MAC)+r.Serial+"="+r.Name)
	}
	return strings.ReplaceAll(strings.ReplaceAll(strings.Join(out, " "), "020000000b01X1", "020000000b01"), "020000000b02X2", "020000000b02")
}

func utf16le(s string) string {
	var b strings.Builder
	for _, u := range utf16.Encode([]rune(s)) {
		b.WriteByte(byte(u))
		b.WriteByte(byte(u >> 8))
	}
	return b.String()
}
