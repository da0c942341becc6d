package relaytest

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// SyslogMessage is a message of RFC 5424 in its parts. Fields that are "-" are empty.
type SyslogMessage struct {
	Facility, Severity int
	Time               time.Time
	Host, App          string
	Process, ID        string
	Data               map[string]map[string]string // structured data: by element, then by parameter
	Text               string                       // without the byte order mark
	Raw                string
}

// The header of RFC 5424, 6: priority without leading zeros, version 1, a time with at most
// six decimals and capital letters, and names of printable ASCII, of bounded length.
var syslogHeader = regexp.MustCompile(`^<(0|[1-9][0-9]{0,2})>1 ` +
	`(-|[0-9]{4}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-5][0-9](?:\.[0-9]{1,6})?(?:Z|[+-][0-2][0-9]:[0-5][0-9])) ` +
	`([!-~]{1,255}) ([!-~]{1,48}) ([!-~]{1,128}) ([!-~]{1,32}) `)

// syslogName is a name of structured data.
var syslogName = regexp.MustCompile(`^[!#-<>-\\^-~]{1,32}`)

const syslogBOM = "\ufeff"

// ParseSyslog reads a message, and refuses what RFC 5424 does not allow.
func ParseSyslog(raw string) (SyslogMessage, error) {
	h := syslogHeader.FindStringSubmatch(raw)
	if h == nil {
		return SyslogMessage{}, errors.New("no header of RFC 5424")
	}
	priority, _ := strconv.Atoi(h[1])
	if priority > 191 {
		return SyslogMessage{}, fmt.Errorf("priority %d is above 191", priority)
	}
	m := SyslogMessage{Facility: priority / 8, Severity: priority % 8, Raw: raw}
	for i, field := range []*string{&m.Host, &m.App, &m.Process, &m.ID} {
		if h[3+i] != "-" {
			*field = h[3+i]
		}
	}
	if h[2] != "-" {
		at, err := time.Parse(time.RFC3339Nano, h[2])
		if err != nil {
			return m, err
		}
		m.Time = at
	}
	data, rest, err := structuredData(raw[len(h[0]):])
	if err != nil {
		return m, err
	}
	m.Data = data
	if rest == "" {
		return m, nil
	}
	text, marked := strings.CutPrefix(rest, " "+syslogBOM)
	if !marked {
		return m, errors.New("the text does not begin with a blank and a byte order mark")
	}
	if !utf8.ValidString(text) {
		return m, errors.New("the text is not UTF-8")
	}
	m.Text = text
	return m, nil
}

// structuredData reads "-", or elements such as [id name="value"].
func structuredData(s string) (data map[string]map[string]string, rest string, err error) {
	if rest, none := strings.CutPrefix(s, "-"); none {
		return nil, rest, nil
	}
	data = map[string]map[string]string{}
	for strings.HasPrefix(s, "[") {
		id := syslogName.FindString(s[1:])
		if id == "" || data[id] != nil {
			return nil, s, fmt.Errorf("an element of structured data without a name, or the second one called %q", id)
		}
		data[id] = map[string]string{}
		s = s[1+len(id):]
		for strings.HasPrefix(s, " ") {
			if s, err = readParameter(s[1:], data[id]); err != nil {
				return nil, s, err
			}
		}
		if !strings.HasPrefix(s, "]") {
			return nil, s, fmt.Errorf("the element %q has no end", id)
		}
		s = s[1:]
	}
	if len(data) == 0 {
		return nil, s, errors.New("no structured data, and no - for none")
	}
	return data, s, nil
}

// readParameter reads name="value", with \", \\ and \] for these three characters.
func readParameter(s string, into map[string]string) (rest string, err error) {
	key := syslogName.FindString(s)
	s, opened := strings.CutPrefix(s[len(key):], `="`)
	if key == "" || !opened {
		return s, fmt.Errorf("the parameter %q has no name or no value", key)
	}
	var value strings.Builder
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '"':
			if !utf8.ValidString(value.String()) {
				return s, fmt.Errorf("the value of %s is not UTF-8", key)
			}
			into[key] = value.String()
			return s[i+1:], nil
		case c == ']':
			return s, fmt.Errorf("the value of %s has a ] without a backslash", key)
		case c == '\\' && i+1 < len(s) && strings.IndexByte(`"\]`, s[i+1]) >= 0:
			i++
			value.WriteByte(s[i])
		default:
			value.WriteByte(c)
		}
	}
	return s, fmt.Errorf("the value of %s has no end", key)
}
