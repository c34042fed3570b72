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
	goals := flags.String("goal", "", "`NUMBERS` of the goals to measure, with commas; all, if none is given")
	rounds := flags.Int("rounds", 0, "`N` rounds of each benchmark; each has its own number, if none is given")
	output := flags.String("output", "table", "`FORMAT` of the result: table or json")
	if err := flags.Parse(args); err != nil {
		return err
	}
	wanted, err := numbers(*goals)
	if err != nil {
		return err
	}
	if *output != "table" && *output != "json" {
		return fmt.Errorf("-output is table or json, not %q", *output)
	}
	rows, err := measureAll(ctx, chosen(wanted), *rounds)
	if *output == "json" {
		encoder := json.NewEncoder(os.Stdout)
		encoder.SetIndent("", "  ")
		return errors.Join(err, encoder.Encode(rows))
	}
	return errors.Join(err, table(os.Stdout, rows))
}

func numbers(list string) (found []int, err error) {
	for word := range strings.FieldsFuncSeq(list, func(r rune) bool { return r == ',' || r == ' ' }) {
		n, err := strconv.Atoi(word)
		if err != nil || len(chosen([]int{n})) == 0 {
			return nil, fmt.Errorf("there is no goal %q", word)
		}
		found = append(found, n)
	}
	return found, nil
}

// measureAll runs the suites one after the other. One that fails is told, and
// the others go on.
func measureAll(ctx context.Context, all []suite, rounds int) (rows []measure.Row, err error) {
	for n, s := range all {
		fmt.Fprintf(os.Stderr, "%s: %d of %d\n", s.name, n+1, len(all))
		start := time.Now()
		measured, failed := s.run(ctx, ".", rounds, os.Stderr)
		if ctx.Err() != nil {
			return rows, ctx.Err()
		}
		rows = append(rows, measured...)
		err = errors.Join(err, failed)
		fmt.Fprintf(os.Stderr, "%s: %s\n", s.name, time.Since(start).Round(time.Second))
	}
	return rows, err
}
