// Command original runs the original Boskos and Mason for `npm run bench -- original`: one mode a run, one line of JSON each.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"runtime/pprof"
	"time"

	"github.com/sirupsen/logrus"
)

func main() {
	// Its log is long, and would cost it time.
	logrus.SetOutput(io.Discard)
	// Each of its lists is garbage at once: it is collected less often than by default, which makes the original faster.
	debug.SetGCPercent(400)
	if len(os.Args) < 2 {
		fail(fmt.Errorf("usage: original MODE [flags], with a standard input that stays open"))
	}
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		fail(fmt.Errorf("standard input was closed, as when whoever started this ends"))
	}()
	result, err := run(os.Args[1], os.Args[2:])
	if err != nil {
		fail(err)
	}
	if err := json.NewEncoder(os.Stdout).Encode(result); err != nil {
		fail(err)
	}
}

type options struct {
	store     string
	size      int
	cleaners  int
	masons    int
	trials    int
	wait      time.Duration
	construct time.Duration
	url       string
}

func run(mode string, arguments []string) (any, error) {
	var o options
	flags := flag.NewFlagSet(mode, flag.ExitOnError)
	flags.StringVar(&o.store, "store", "quick", "fake, cached or quick")
	flags.IntVar(&o.size, "size", 40, "how many resources")
	flags.IntVar(&o.cleaners, "cleaners", defaultCleaners, "how many of Mason's threads construct")
	flags.IntVar(&o.masons, "masons", 2, "deadlock: how many Masons the two types have")
	flags.IntVar(&o.trials, "trials", 1, "how often it is tried")
	flags.DurationVar(&o.wait, "wait", time.Millisecond, "Mason's pause before each acquire")
	flags.DurationVar(&o.construct, "construct", 0, "how long a construct lasts")
	flags.StringVar(&o.url, "url", "", "mason: the Boskos to work on")
	profile := flags.String("profile", "", "where to write a CPU profile")
	if err := flags.Parse(arguments); err != nil {
		return nil, err
	}
	start, ok := modes[mode]
	if !ok {
		return nil, fmt.Errorf("no such mode: %q", mode)
	}
	if *profile != "" {
		file, err := os.Create(*profile)
		if err != nil {
			return nil, err
		}
		defer file.Close()
		if err := pprof.StartCPUProfile(file); err != nil {
			return nil, err
		}
		defer pprof.StopCPUProfile()
	}
	return start(o)
}

var modes = map[string]func(options) (any, error){
	"lifecycle": lifecycle,
	"deadlock":  deadlock,
	"starved":   starved,
	"killed":    killed,
	"mason":     masonAlone,
	"serve":     serve,
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, "original:", err)
	os.Exit(1)
}
