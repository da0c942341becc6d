package slack

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"foghorn/chatops"
	"foghorn/chatops/chattest"
	"foghorn/chatops/platform"
	"foghorn/internal/safetext/hostile"
	"foghorn/relay/relaytest"
)

// devices is a table of many devices.
func devices(n int) *chatops.Message {
	s := chatops.Section{Title: "Devices", Head: []string{"name", "model", "status", "site", "version"}}
	for i := range n {
		s.Rows = append(s.Rows, []string{fmt.Sprintf("ap-%03d-lobby", i), "AP45", "connected", "berlin <mgmt> & co", "0.14.29091"})
	}
	return &chatops.Message{Title: fmt.Sprint(n, " devices"), Sections: []chatops.Section{s}}
}

// press is a button of what was shown last.
func (st *stage) press(label string) chattest.SlackButton {
	st.t.Helper()
	all := st.slack.Shown()
	for _, b := range all[len(all)-1].Buttons() {
		if b.Label == label {
			return b
		}
	}
	st.t.Fatalf("there is no button %s: %+v", label, all[len(all)-1].Buttons())
	return chattest.SlackButton{}
}

// lines are what a person reads in the message that was shown last.
func (st *stage) lines() string {
	all := st.slack.Shown()
	return strings.Join(all[len(all)-1].Message.Lines, "\n")
}

func TestTwoHundredDevicesAreShownInPages(t *testing.T) {
	play(t, nil, func(st *stage) {
		st.h.Answers(devices(200))
		st.command(ada, "status")
		seen := st.lines()
		if !strings.Contains(seen, "Page 1 of ") || !strings.Contains(seen, "ap-000-lobby  AP45   connected  berlin <mgmt> & co  0.14.29091") || strings.Contains(seen, "[Previous]") {
			t.Fatal(seen)
		}
		pages := 1
		for strings.Contains(st.lines(), "[Next]") {
			st.post(st.slack.Click(channel, ada, "1.2", st.press("Next")))
			if shown := st.slack.Shown(); !shown[len(shown)-1].Replaces {
				t.Fatal("the page before is still there")
			}
			seen += "\n" + st.lines()
			pages++
		}
		for i := range 200 {
			if strings.Count(seen, fmt.Sprintf("ap-%03d-lobby", i)) != 1 {
				t.Errorf("device %d is shown %d times", i, strings.Count(seen, fmt.Sprintf("ap-%03d-lobby", i)))
			}
		}
		if pages < 2 || pages > maxPages || len(st.slack.Files()) > 0 {
			t.Errorf("%d pages, %d files", pages, len(st.slack.Files()))
		}
		st.post(st.slack.Click(channel, ada, "1.2", st.press("Previous")))
		if !strings.Contains(st.lines(), fmt.Sprintf("Page %d of %d", pages-1, pages)) {
			t.Error(st.lines())
		}
		if n := len(st.h.Calls()); n != 1 {
			t.Errorf("%d calls: to turn a page is none", n)
		}
	})
}

func TestPagesAreTurnedByTheOneWhoAskedOnly(t *testing.T) {
	known := map[string]string{ada: "a", bob: "b"}
	play(t, func(o *Options) { o.Rights = func(_, user string) string { return known[user] } }, func(st *stage) {
		st.h.Answers(devices(200))
		st.command(ada, "status")
		next := st.press("Next")
		st.post(st.slack.Click(channel, bob, "1.2", next))
		if got := st.h.Refusals(); len(got) != 1 || st.h.Turned()[0].User != bob || !strings.Contains(st.lines(), "Only the person who asked") {
			t.Errorf("%q, %s", got, st.lines())
		}
		known[ada] = "" // removed meanwhile
		st.post(st.slack.Click(channel, ada, "1.2", next))
		if !strings.Contains(st.lines(), "Only the person who asked") {
			t.Error(st.lines())
		}
		known[ada] = "fewer sites"
		st.post(st.slack.Click(channel, ada, "1.2", next))
		if !strings.Contains(st.lines(), "Your rights have changed") {
			t.Error(st.lines())
		}
		known[ada] = "a"
		for _, value := range []string{"", "nonsense", "nonsense.1", strings.Split(next.Value, ".")[0] + ".99", strings.Split(next.Value, ".")[0] + ".-1"} {
			st.post(st.slack.Click(channel, ada, "1.2", chattest.SlackButton{Action: next.Action, Value: value}))
			if !strings.Contains(st.lines(), "no longer has these pages") {
				t.Errorf("%q: %s", value, st.lines())
			}
		}
		chattest.Pass(pagesKept + time.Second)
		st.post(st.slack.Click(channel, ada, "1.2", next))
		if !strings.Contains(st.lines(), "no longer has these pages") {
			t.Error(st.lines())
		}
	})
}

// big is 100 kB of code.
func big() *chatops.Message {
	var b strings.Builder
	for i := 0; b.Len() < 100<<10; i++ {
		fmt.Fprintf(&b, "set interfaces ge-0/0/%d description \"<!channel> & ```\"\n", i)
	}
	return &chatops.Message{Title: "Configuration of ex-sw-07", Sections: []chatops.Section{{Text: "As of today."}, {Code: b.String()}}}
}

func TestWhatIsTooLongForPagesBecomesAFile(t *testing.T) {
	play(t, nil, func(st *stage) {
		m := big()
		st.h.Answers(m)
		st.command(ada, "diff")
		chattest.Pass(2 * time.Second)
		files := st.slack.Files()
		if len(files) != 1 || files[0].Channel != channel || files[0].Name != "configuration-of-ex-sw-07.txt" || files[0].Title != m.Title || !strings.Contains(string(files[0].Content), strings.TrimSpace(m.Sections[1].Code)) {
			t.Fatalf("%d files: %.200v", len(files), files)
		}
		if !strings.Contains(st.lines(), "As of today.") || !strings.Contains(st.lines(), "follows as a file") {
			t.Error(st.lines())
		}
		// In a thread, the file is there too.
		st.h.Answers(&chatops.Message{Title: "Job 1", Follows: true})
		st.command(ada, "backup")
		chattest.Pass(2 * time.Second)
		st.answer(m)
		chattest.Pass(2 * time.Second)
		if files = st.slack.Files(); len(files) != 2 || files[1].Thread == "" || files[1].Thread != st.slack.Messages(channel)[0].TS {
			t.Errorf("%d files", len(files))
		}
		// And that of a notification hangs on it.
		if err := st.ours.Post(st.t.Context(), "acme", channel, m); err != nil {
			t.Error(err)
		}
		chattest.Pass(2 * time.Second)
		if files = st.slack.Files(); len(files) != 3 || files[2].Thread == "" {
			t.Errorf("%d files", len(files))
		}
	})
}

// What only one may see is not put in the channel.
func TestAFileForOnePersonGoesToThatPerson(t *testing.T) {
	play(t, nil, func(st *stage) {
		m := big()
		m.Ephemeral = true
		st.h.Answers(m)
		st.command(ada, "diff")
		chattest.Pass(2 * time.Second)
		if files := st.slack.Files(); len(files) != 1 || files[0].Channel != "D0123456789" || files[0].Thread != "" {
			t.Errorf("%.200v", files)
		}
	})
}

func TestWithoutTheScopeForFilesThereArePages(t *testing.T) {
	for _, private := range []bool{false, true} {
		play(t, nil, func(st *stage) {
			st.slack.Scopes = []string{"chat:write"}
			m := big()
			m.Ephemeral = private
			st.h.Answers(m)
			st.command(ada, "diff")
			chattest.Pass(2 * time.Second)
			if got := st.lines(); !strings.Contains(got, "could not be attached") || !strings.Contains(got, "add the scope") || !strings.Contains(got, "[Next]") {
				t.Errorf("%s", got)
			}
			for strings.Contains(st.lines(), "[Next]") {
				st.post(st.slack.Click(channel, ada, "", st.press("Next")))
			}
			if !strings.Contains(st.lines(), "set interfaces ge-0/0/") {
				t.Error(st.lines())
			}
		})
	}
	play(t, nil, func(st *stage) { // nobody asked for it
		st.slack.Scopes = []string{"chat:write"}
		if err := st.ours.Post(st.t.Context(), "acme", channel, big()); err != nil {
			t.Error(err)
		}
		chattest.Pass(5 * time.Second)
		if got := st.slack.Messages(channel); len(got) != 2 || got[1].Thread != got[0].TS || !strings.Contains(strings.Join(got[1].Lines, "\n"), "[Next]") {
			t.Errorf("%+v", got)
		}
	})
}

// nasty are texts that strangers may choose.
func nasty() []string {
	return append(hostile.Hostile(),
		"<!channel> <!here|x> <!everyone> <@U0123456789> <!subteam^S1> @here @channel", "<https://evil.example|login>", "&lt;!channel&gt;",
		"*bold* _italic_ ~gone~ `code` :fire: :100:", "``` ```` `````", "a```b\n```\n<!channel>", `"quoted" \ back`, "two\nlines\r\n\tand a tab",
		strings.Repeat("x", 30_000), strings.Repeat("&", 10_000), strings.Repeat("無", 10_000), strings.Repeat("🍕", 10_000), strings.Repeat(`"`, 10_000),
		strings.Repeat("`", 10_000), strings.Repeat("<!channel>", 1_000), strings.Repeat("word ", 5_000), strings.Repeat("\x1b", 3_000), strings.Repeat("\n", 10_000), "")
}

// anyMessage is a message whose texts are all from outside.
func anyMessage(r *rand.Rand) *chatops.Message {
	all := nasty()
	pick := func() string { return all[r.IntN(len(all))] }
	some := func() (out []string) {
		for range r.IntN(5) {
			out = append(out, pick())
		}
		return out
	}
	m := &chatops.Message{Severity: []string{"critical", "warn", "info", "", "nonsense"}[r.IntN(5)]}
	if r.IntN(4) > 0 {
		m.Title = pick()
	}
	for range r.IntN(6) {
		s := chatops.Section{Title: pick(), Head: some()}
		switch r.IntN(4) {
		case 0:
			s.Text = pick()
		case 1:
			s.Code = pick()
		case 2:
			for range r.IntN(30) {
				s.Fields = append(s.Fields, chatops.Field{Label: pick(), Value: pick()})
			}
		case 3:
			for range r.IntN(30) {
				s.Rows = append(s.Rows, some())
			}
		}
		m.Sections = append(m.Sections, s)
	}
	hidden := func() string { return strings.ReplaceAll(pick(), "<", "") } // nobody reads it, but the stand-in does
	for range r.IntN(60) {
		m.Buttons = append(m.Buttons, chatops.Button{Label: pick(), Action: hidden(), Value: hidden(), URL: []string{"", pick(), "https://manage.mist.com/x?a=1&b=2"}[r.IntN(3)], Danger: r.IntN(2) == 0})
	}
	return m
}

func TestSlackTakesEveryPageOfEveryMessage(t *testing.T) {
	for seed := range uint64(messages) {
		m := anyMessage(rand.New(rand.NewPCG(seed, 1)))
		r := render(m, "ada: /foghorn <!channel>")
		for i := range r.pages {
			page := r.page(i, pager("key", i, max(2, len(r.pages)))...)
			raw, err := platform.JSON(page)
			if err != nil {
				t.Fatal(err)
			}
			read, problem, details := relaytest.JudgeSlack(raw)
			if problem != "" {
				t.Fatalf("seed %d, page %d of %d: %s %q\n%.600s", seed, i+1, len(r.pages), problem, details, raw)
			}
			if len(read.Pings) > 0 {
				t.Fatalf("seed %d rings %q", seed, read.Pings)
			}
		}
	}
}

func TestAMessageAsPeopleReadIt(t *testing.T) {
	m := &chatops.Message{
		Title: "AP lobby-ap3 <b>", Severity: "critical",
		Sections: []chatops.Section{
			{Text: "It lost contact.\nTwice & again."},
			{Title: "State", Fields: []chatops.Field{{Label: "Site", Value: "berlin"}, {Label: "SSID", Value: "*Guest*"}, {Label: "Note", Value: ""}, {Value: "bare"}, {Label: "Log", Value: strings.Repeat("long ", 200)}}},
			{Title: "Clients", Head: []string{"name", "mac"}, Rows: [][]string{{"ada's phone", "5c5b35000001"}, {"x"}, {strings.Repeat("y", 60), "end"}, {}}},
			{Code: "set ```x```"},
		},
		Buttons: []chatops.Button{{Label: "Ack", Action: "ack", Value: "a1"}, {Label: "Restart", Action: "restart", Value: "n1", Danger: true}, {Label: "Open", URL: "https://manage.mist.com/?a=1&b=2"},
			{Label: "Bad", URL: "javascript:alert(1)"}, {Label: "Long", Action: "a", Value: strings.Repeat("x", 3000)}, {Label: "Ours", Action: ":page"}},
	}
	r := render(m, "")
	raw, err := platform.JSON(r.page(0))
	if err != nil {
		t.Fatal(err)
	}
	read, problem, details := relaytest.JudgeSlack(raw)
	if problem != "" || len(r.pages) != 1 {
		t.Fatal(problem, details)
	}
	want := `🔴 AP lobby-ap3 <b>
It lost contact.
Twice & again.
State
Site: berlin
SSID: *Guest*
Note: –
bare
Log
` + strings.TrimSpace(strings.Repeat("long ", 200)) + `
Clients
` + "```" + `
name                                              mac
ada's phone                                       5c5b35000001
x
` + strings.Repeat("y", 60) + `  end
` + "```\n```\nset ``\u200b`x``\u200b`\n```" + `
(3 of the buttons cannot be shown here)
([Ack] | [Restart] | [Open])`
	if got := strings.Join(read.Lines, "\n"); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if read.Text != "🔴 AP lobby-ap3 &lt;b&gt;" {
		t.Error(read.Text)
	}
	if !strings.Contains(string(raw), `"style":"danger"`) {
		t.Error("what disrupts is not marked")
	}
}

func TestAMessageOfNothingIsStillOne(t *testing.T) {
	r := render(&chatops.Message{}, "")
	if raw, _ := platform.JSON(r.page(0)); len(r.pages) != 1 || !strings.Contains(string(raw), "foghorn has answered") {
		t.Errorf("%s", raw)
	}
}

// Nothing is lost between pages, whatever the message.
func TestPagesHoldAllOfALongText(t *testing.T) {
	var words []string
	for i := range 20_000 {
		words = append(words, fmt.Sprint("w", i))
	}
	r := render(&chatops.Message{Sections: []chatops.Section{{Text: strings.Join(words, " ")}}}, "")
	var got []string
	for _, page := range r.pages {
		for _, b := range page {
			got = append(got, strings.Fields(b.Text.Text)...)
		}
	}
	if strings.Join(got, " ") != strings.Join(words, " ") {
		t.Errorf("%d words of %d", len(got), len(words))
	}
}
