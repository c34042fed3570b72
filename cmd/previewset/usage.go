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

// newUsageError returns a mistake in the use of c, whose name the message begins
// with.
func newUsageError(c *cobra.Command, format string, args ...any) error {
	message := fmt.Sprintf(format, args...)
	if c.HasParent() {
		message = nameOf(c) + ": " + message
	}
	return &usageError{command: c.CommandPath(), message: message}
}

// nameOf returns the path of c without that of the program, such as db create.
func nameOf(c *cobra.Command) string {
	return strings.TrimPrefix(c.CommandPath(), c.Root().Name()+" ")
}

// unknownCommand returns the mistake that c has no command with this name.
func unknownCommand(c *cobra.Command, name string) error {
	full := name
	if c.HasParent() {
		full = nameOf(c) + " " + name
	}
	message := fmt.Sprintf("there is no command %q", full)
	if similar := c.SuggestionsFor(name); name != "" && len(similar) > 0 && !slices.Contains(similar, name) {
		message += ". Did you mean this?\n\t" + strings.Join(similar, "\n\t")
	}
	return &usageError{command: c.CommandPath(), message: message}
}

// flagError returns what is wrong with a flag. It repeats no value of a flag that
// is unknown: that may be a secret.
func flagError(c *cobra.Command, err error) error {
	var unknown *pflag.NotExistError
	var invalid *pflag.InvalidValueError
	var syntax *pflag.InvalidSyntaxError
	switch {
	case c.HasSubCommands() && c.Flags().NArg() > 0: // the flag is one of a command that c does not have
		return unknownCommand(c, c.Flags().Arg(0))
	case errors.As(err, &syntax):
		name, _, _ := strings.Cut(syntax.GetSpecifiedFlag(), "=")
		return newUsageError(c, "bad flag syntax: %s", name)
	case errors.As(err, &unknown) && unknown.GetSpecifiedShortnames() != "":
		return newUsageError(c, "%s", unknownShort(c, unknown.GetSpecifiedShortnames()))
	case errors.As(err, &invalid) && expectedValue(invalid) != "":
		return newUsageError(c, "--%s is %s, not %q", invalid.GetFlag().Name, expectedValue(invalid), invalid.GetValue())
	}
	return newUsageError(c, "%v", err)
}

// unknownShort says what is wrong with a flag after one dash. rest is what follows
// the dash and, since -h is a flag, its h.
func unknownShort(c *cobra.Command, rest string) string {
	name, _, _ := strings.Cut(rest, "=")
	switch {
	case name == "elp":
		return "unknown flag: -help. Did you mean --help?"
	case c.Flags().Lookup(name) != nil:
		return fmt.Sprintf("unknown flag: -%s. Did you mean --%[1]s?", name)
	case strings.Contains(name, "://"): // with a password, maybe
		return "unknown flag: a URL"
	}
	return "unknown flag: -" + name
}

// wanted returns what the value of a flag must be, in the place of the parser's
// message; "" where only that says it.
func expectedValue(e *pflag.InvalidValueError) string {
	var choice *choiceError
	if errors.As(e, &choice) {
		return choice.Error()
	}
	switch e.GetFlag().Value.Type() {
	case "duration":
		return "a duration such as 5m"
	case "int":
		return "a whole number"
	case "bool":
		return "true or false"
	}
	return ""
}

// operands takes from least to most of what is no flag. What is missing has the name
// that ends the command's Use.
func operands(least, most int) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		switch {
		case len(args) < least:
			words := strings.Fields(c.Use)
			return newUsageError(c, "%s is missing", strings.TrimSuffix(words[len(words)-1], "…"))
		case len(args) > most && strings.Contains(args[most], "://"): // with a password, maybe
			return newUsageError(c, "unexpected argument: a URL")
		case len(args) > most:
			return newUsageError(c, "unexpected argument %q", args[most])
		}
		return nil
	}
}
