package rooms

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode"
)

const root = "../.."

var (
	commentBreak = regexp.MustCompile(`\n\s*//[ \t]?`)
	citation     = regexp.MustCompile(`\bdocs/[A-Za-z0-9_-]+\.md`)
	link         = regexp.MustCompile(`\]\(([^)\s]+)\)`)
	heading      = regexp.MustCompile(`(?m)^#{1,6} +(.+?) *$`)
	fence        = regexp.MustCompile("(?ms)^```.*?^```")
)

// TestCitedDocumentsExist follows every citation of a document from the code,
// as in "docs/mist-api.md, Paging": the file and the heading must be there. A
// citation that leads nowhere is worse than none, because it looks like proof.
func TestCitedDocumentsExist(t *testing.T) {
	for file, text := range sources(t, ".go") {
		text = commentBreak.ReplaceAllString(text, " ")
		for _, at := range citation.FindAllStringIndex(text, -1) {
			document := text[at[0]:at[1]]
			headings, err := headingsOf(filepath.Join(root, document))
			if err != nil {
				t.Errorf("%s names %s: %v", file, document, err)
				continue
			}
			cited, ok := strings.CutPrefix(text[at[1]:], ", ")
			if !ok || cited == "" || !unicode.IsUpper(rune(cited[0])) {
				continue
			}
			if !anyPrefix(headings, cited) {
				t.Errorf("%s cites %s, %.40q: no heading of it begins so", file, document, cited)
			}
		}
	}
}

// TestLinksBetweenDocumentsHold follows every link from one document to another
// or to a heading.
func TestLinksBetweenDocumentsHold(t *testing.T) {
	for file, text := range sources(t, ".md") {
		for _, m := range link.FindAllStringSubmatch(fence.ReplaceAllString(text, ""), -1) {
			target, anchor, _ := strings.Cut(m[1], "#")
			if strings.Contains(target, "://") || strings.HasPrefix(target, "mailto:") {
				continue
			}
			to := filepath.Join(root, filepath.Dir(file), target)
			if target == "" {
				to = filepath.Join(root, file)
			}
			if _, err := os.Stat(to); err != nil {
				t.Errorf("%s links to %s: %v", file, m[1], err)
				continue
			}
			if anchor == "" {
				continue
			}
			headings, err := headingsOf(to)
			if err != nil {
				t.Errorf("%s links to %s: %v", file, m[1], err)
			}
			if !hasAnchor(headings, anchor) {
				t.Errorf("%s links to %s: %s has no such heading", file, m[1], to)
			}
		}
	}
}

// sources reads the files of the repository with an extension, by their paths
// from its root.
func sources(t *testing.T, ext string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && path != root && strings.HasPrefix(entry.Name(), ".") {
			return filepath.SkipDir
		}
		if entry.IsDir() || filepath.Ext(path) != ext {
			return nil
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		name, err := filepath.Rel(root, path)
		files[name] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(files) == 0 {
		t.Fatalf("no %s files below %s", ext, root)
	}
	return files
}

// headingsOf lists a document's headings, those in examples left out.
func headingsOf(document string) ([]string, error) {
	text, err := os.ReadFile(document)
	if err != nil {
		return nil, err
	}
	var headings []string
	for _, m := range heading.FindAllStringSubmatch(fence.ReplaceAllString(string(text), ""), -1) {
		headings = append(headings, m[1])
	}
	return headings, nil
}

// anyPrefix says whether a text begins with a heading, up to the end of a word.
func anyPrefix(headings []string, text string) bool {
	for _, h := range headings {
		rest, ok := strings.CutPrefix(text, h)
		if next := []rune(rest); ok && (len(next) == 0 || !unicode.IsLetter(next[0])) {
			return true
		}
	}
	return false
}

// hasAnchor says whether a heading has this anchor on the usual forges: its
// letters and digits in lower case, blanks as hyphens.
func hasAnchor(headings []string, anchor string) bool {
	for _, h := range headings {
		var slug strings.Builder
		for _, r := range strings.ToLower(h) {
			switch {
			case unicode.IsLetter(r), unicode.IsDigit(r), r == '-', r == '_':
				slug.WriteRune(r)
			case r == ' ':
				slug.WriteByte('-')
			}
		}
		if slug.String() == anchor {
			return true
		}
	}
	return false
}
