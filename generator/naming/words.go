package naming

import "regexp"

// wording is a message of text/template, and the words for people that replace it.
type wording struct {
	message *regexp.Regexp
	words   string
}

// wordings returns the common messages. In their words, $1 is the first group of the message.
func wordings() []wording {
	return []wording{
		{regexp.MustCompile(`unclosed action( started at .*)?$`), "the template has {{ without }}"},
		{regexp.MustCompile(`unclosed comment$`), "the template has {{/* without */}}"},
		{regexp.MustCompile(`unexpected EOF$`), "the template has {{if}}, {{range}} or {{with}} without {{end}}"},
		{regexp.MustCompile(`unexpected \{\{(end|else)\}\}$`), "the template has {{$1}} without {{if}}"},
		{regexp.MustCompile(`expected end; found \{\{else\}\}$`), "the template has two {{else}} for one {{if}}"},
		{regexp.MustCompile(`missing value for command$`), "the template has {{ }} without a parameter"},
		{regexp.MustCompile(`missing value for (\w+)$`), "the template has {{$1}} without a parameter"},
		{regexp.MustCompile(`unterminated (raw )?(quoted string|character constant)$`), "the template has a quotation mark without its end"},
		{regexp.MustCompile(`(unclosed left|unexpected right) paren$`), "the template has a parenthesis without the other one"},
		{regexp.MustCompile(`function ("\w+") not defined$`), "the function $1 does not exist"},

		{regexp.MustCompile(at + `wrong number of args for (\w+): want (.+) got (\d+)$`), "the number of values for the function $2 is $4: write $3"},
		{regexp.MustCompile(at + `expected integer; found (.+)$`), "$2 is not a whole number"},
		{regexp.MustCompile(at + `expected string; found (.+)$`), "$2 is not text: put it in quotation marks"},
		{regexp.MustCompile(at + `wrong type for value; expected int; got string$`), "$1 is text: write a number in this place"},
		{regexp.MustCompile(at + `error calling \w+: incompatible types for comparison.*$`), "$1 compares text with a number: put the number in quotation marks"},
		{regexp.MustCompile(at + `error calling (\w+): missing argument for comparison$`), "the function $2 has one value: write two"},
		{regexp.MustCompile(at + `(\w+) is not a method but has arguments$`), "a value follows the parameter $2: write {{.$2}} alone"},
	}
}

// at is the start of a message about the use of a template; $1 is the part of the template.
const at = `executing "[^"]*" at <(.*)>: `

// worded is an error of text/template with other words.
type worded struct {
	text  string
	cause error
}

func (w *worded) Error() string { return w.text }
func (w *worded) Unwrap() error { return w.cause }

// inWords replaces the message in err by words for people if it is a common one.
func inWords(err error) error {
	if err == nil {
		return nil
	}
	for _, w := range wordings() {
		if text := err.Error(); w.message.MatchString(text) {
			return &worded{w.message.ReplaceAllString(text, w.words), err}
		}
	}
	return err
}
