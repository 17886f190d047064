package openapi

import "testing"

func TestADescriptionBecomesParagraphsAndTables(t *testing.T) {
	t.Parallel()
	got := prose("One `a<b`\nline.\n\n| Event | What |\n|---|---|\n| 1 | **gone** |\n")
	const want = "<p>One <code>a&lt;b</code>\nline.</p>\n<table>\n<tr><th scope=\"col\">Event</th><th scope=\"col\">What</th></tr>\n<tr><td>1</td><td><strong>gone</strong></td></tr>\n</table>\n"
	if string(got) != want {
		t.Errorf("%s\nexpected\n%s", got, want)
	}
}
