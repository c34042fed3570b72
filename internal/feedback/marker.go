package feedback

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/previewset/previewset/generator/forge"
)

// markerOf returns the beginning of the first line of each comment of an installation. A reader
// does not see the line.
func markerOf(installation string) string {
	sum := sha256.Sum256([]byte(installation))
	return "<!-- previewset:" + hex.EncodeToString(sum[:6])
}

// markerLine matches the first line of a comment.
var markerLine = regexp.MustCompile(`^<!-- previewset:[0-9a-f]{12}(?: activity=(\S+))? -->$`)

// withMarker returns the body of a comment. activity is the newest activity of others on the
// pull request, zero if it is not known. After a restart, the marker is the only place that
// has it.
func withMarker(marker, text string, activity time.Time) string {
	if !activity.IsZero() {
		marker += " activity=" + activity.UTC().Format(time.RFC3339)
	}
	return fmt.Sprintf("%s -->\n\n%s\n", marker, text)
}

// parsed splits the body of a comment. ok is false if the body does not begin with a marker:
// the comment of a person who quotes one, for example.
func parsed(marker, body string) (text string, activity time.Time, ok bool) {
	body = strings.TrimSpace(strings.ReplaceAll(body, "\r\n", "\n"))
	first, text, _ := strings.Cut(body, "\n")
	match := markerLine.FindStringSubmatch(strings.TrimSpace(first))
	if match == nil || !strings.HasPrefix(first, marker) {
		return "", time.Time{}, false
	}
	if t, err := time.Parse(time.RFC3339, match[1]); err == nil {
		activity = t
	}
	return strings.TrimSpace(text), activity, true
}

// OwnWrite returns the time of the newest comment of an installation on a pull request, and the
// newest activity of others that its comments know. Both are zero if the comments know none.
func OwnWrite(ctx context.Context, f forge.Feedback, installation string, number int64) (at, activity time.Time, err error) {
	marker := markerOf(installation)
	all, err := f.Comments(ctx, number, marker)
	if err != nil {
		return time.Time{}, time.Time{}, err
	}
	at, activity = newest(marker, own(marker, all))
	if activity.IsZero() {
		at = time.Time{}
	}
	return at, activity, nil
}

// newest returns the time of the newest of an installation's comments, and the newest activity
// in their markers, zero for none.
func newest(marker string, own []forge.Comment) (at, activity time.Time) {
	for _, c := range own {
		_, known, _ := parsed(marker, c.Body)
		at, activity = later(at, c.UpdatedAt), later(activity, known)
	}
	return at, activity
}

// own returns the comments that begin with the marker, oldest first.
func own(marker string, all []forge.Comment) (comments []forge.Comment) {
	for _, c := range all {
		if _, _, ok := parsed(marker, c.Body); ok {
			comments = append(comments, c)
		}
	}
	return comments
}
