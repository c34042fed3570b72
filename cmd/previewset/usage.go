package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// usageError is a mistake on the command line.
type usageError struct {
	command, message string // command is its path: previewset db create
}

func (e *usageError) Error() string { return e.message }

// newUsageError returns a usageError about c. The message begins with the name of c,
// unless c is the root.
func newUsageError(c *cobra.Command, format string, args ...any) error {
	message := fmt.Sprintf(format, args...)
	if c.HasParent() {
		message = nameOf(c) + ": " + message
	}
	return &usageError{command: c.CommandPath(), message: message}
}

// nameOf returns the path of c without the program's name, such as db create.
func nameOf(c *cobra.Command) string {
	return strings.TrimPrefix(c.CommandPath(), c.Root().Name()+" ")
}

// unknownCommand returns the usage error for a subcommand that c does not have.
func unknownCommand(c *cobra.Command, name string) error {
	full := name
	if c.HasParent() {
		full = nameOf(c) + " " + name
	}
	message := fmt.Sprintf("unknown command %q", full)
	if similar := c.SuggestionsFor(name); name != "" && len(similar) > 0 && !slices.Contains(similar, name) {
		message += ". Did you mean this?\n\t" + strings.Join(similar, "\n\t")
	}
	return &usageError{command: c.CommandPath(), message: message}
}

// flagError converts an error of the flag parser to a usage error. The message omits
// the value of an unknown flag, because the value can be a secret.
func flagError(c *cobra.Command, err error) error {
	var unknown *pflag.NotExistError
	var invalid *pflag.InvalidValueError
	var syntax *pflag.InvalidSyntaxError
	switch {
	case c.HasSubCommands() && c.Flags().NArg() > 0: // the flag belongs to an unknown subcommand
		return unknownCommand(c, c.Flags().Arg(0))
	case errors.As(err, &syntax):
		name, _, _ := strings.Cut(syntax.GetSpecifiedFlag(), "=")
		return newUsageError(c, "bad flag syntax: %s", name)
	case errors.As(err, &unknown) && unknown.GetSpecifiedShortnames() != "":
		return newUsageError(c, "%s", unknownShort(c, unknown.GetSpecifiedShortnames()))
	case errors.As(err, &invalid) && expectedValue(invalid) != "":
		return newUsageError(c, "--%s must be %s, got %q", invalid.GetFlag().Name, expectedValue(invalid), invalid.GetValue())
	}
	return newUsageError(c, "%v", err)
}

// unknownShort returns the message for an unknown flag with a single dash. rest is
// the text after the dash, without a leading h: the parser has taken that as -h.
func unknownShort(c *cobra.Command, rest string) string {
	name, _, _ := strings.Cut(rest, "=")
	switch {
	case name == "elp":
		return "unknown flag: -help. Did you mean --help?"
	case c.Flags().Lookup(name) != nil:
		return fmt.Sprintf("unknown flag: -%s. Did you mean --%[1]s?", name)
	case strings.Contains(name, "://"): // it can hold a password
		return "unknown flag: a URL"
	}
	return "unknown flag: -" + name
}

// expectedValue describes the values that a flag accepts. It returns "" for a flag
// that only the parser's own message describes.
func expectedValue(e *pflag.InvalidValueError) string {
	var choice *choiceError
	if errors.As(e, &choice) {
		return choice.Error()
	}
	switch e.GetFlag().Value.Type() {
	case "duration":
		return "a duration such as 5m or 3d"
	case "int":
		return "a whole number"
	case "bool":
		return "true or false"
	}
	return ""
}

// operands accepts between least and most arguments that are not flags. The name of
// a missing argument is the last word of the command's Use.
func operands(least, most int) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		switch {
		case len(args) < least:
			words := strings.Fields(c.Use)
			return newUsageError(c, "the argument %s is missing", strings.TrimSuffix(words[len(words)-1], "…"))
		case len(args) > most && strings.Contains(args[most], "://"): // it can hold a password
			return newUsageError(c, "unexpected argument: a URL")
		case len(args) > most:
			return newUsageError(c, "unexpected argument %q", args[most])
		}
		return nil
	}
}
