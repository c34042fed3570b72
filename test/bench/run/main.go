package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"time"

	"github.com/previewset/previewset/test/bench/measure"
)

func main() {
	if err := run(context.Background(), os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt)
	defer stop()
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	goals := flags.String("goal", "", "comma-separated `NUMBERS` of the goals to measure (default all)")
	rounds := flags.Int("rounds", 0, "`N` rounds of each benchmark (default depends on the suite)")
	output := flags.String("output", "table", "`FORMAT` of the result: table or json")
	if err := flags.Parse(args); err != nil {
		return err
	}
	selected, err := parseGoals(*goals)
	if err != nil {
		return err
	}
	if *output != "table" && *output != "json" {
		return fmt.Errorf("-output must be table or json, got %q", *output)
	}
	rows, err := measureAll(ctx, suitesFor(selected), *rounds)
	if *output == "json" {
		encoder := json.NewEncoder(os.Stdout)
		encoder.SetIndent("", "  ")
		return errors.Join(err, encoder.Encode(rows))
	}
	return errors.Join(err, writeTable(os.Stdout, rows))
}

// parseGoals parses a list of goals, separated by commas or spaces.
func parseGoals(list string) (goals []int, err error) {
	for word := range strings.FieldsFuncSeq(list, func(r rune) bool { return r == ',' || r == ' ' }) {
		n, err := strconv.Atoi(word)
		if err != nil || len(suitesFor([]int{n})) == 0 {
			return nil, fmt.Errorf("unknown goal %q", word)
		}
		goals = append(goals, n)
	}
	return goals, nil
}

// measureAll runs the suites one after the other. It continues after a failed suite and
// returns the errors of all suites.
func measureAll(ctx context.Context, all []suite, rounds int) (rows []measure.Row, err error) {
	for n, s := range all {
		fmt.Fprintf(os.Stderr, "suite %s (%d of %d)\n", s.name, n+1, len(all))
		start := time.Now()
		measured, failed := s.run(ctx, ".", rounds, os.Stderr)
		if ctx.Err() != nil {
			return rows, ctx.Err()
		}
		rows = append(rows, measured...)
		err = errors.Join(err, failed)
		fmt.Fprintf(os.Stderr, "suite %s took %s\n", s.name, time.Since(start).Round(time.Second))
	}
	return rows, err
}
