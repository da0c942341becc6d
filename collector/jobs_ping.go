package collector

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/netip"
	"regexp"
	"strings"

	"foghorn/chatops"
	"foghorn/internal/human"
	"foghorn/internal/recovery"
	"foghorn/internal/safetext"
	"foghorn/jobs"
	"foghorn/journal/event"
	"foghorn/mist"
)

const (
	pingHost  = "8.8.8.8" // what a device pings when nothing else is named
	pingCount = 5
)

// pingLoss is what a ping prints at its end.
var pingLoss = regexp.MustCompile(`(\d+) packets transmitted, (\d+) (?:packets )?received.*\n`)

// pingTask has a device ping a host. It changes nothing.
func (s *Settings) pingTask(env JobEnv) jobs.Task {
	return jobs.Task{Kind: chatops.JobPing, Safe: true,
		Check: func(s *jobs.Spec) error {
			if s.Target == "" {
				return errors.New("a ping needs the device that is to send it: its name, its MAC or its id")
			}
			if _, err := netip.ParseAddr(cmp.Or(s.Args[chatops.ArgHost], pingHost)); err != nil {
				return fmt.Errorf("%q is not an address such as 192.0.2.1: devices ping addresses only", safetext.Clip(s.Args[chatops.ArgHost], 64))
			}
			return nil
		},
		Run: func(ctx context.Context, j *jobs.Running) error { return runPing(ctx, env, j) },
	}
}

func runPing(ctx context.Context, env JobEnv, j *jobs.Running) error {
	o, err := env.Organization(j.Job.Source)
	if err != nil {
		return err
	}
	if o.streamURL() == "" {
		return fmt.Errorf("the output of a device comes by the stream, and [[mist]] %s has no stream_url beside its api_url", o.Name)
	}
	site, device := j.Job.Args[chatops.ArgSite], j.Job.Args[chatops.ArgDevice]
	if site == "" || device == "" {
		d, err := deviceNamed(ctx, env, j.Job.Source, j.Job.Target)
		if err != nil {
			return err
		}
		if d.SiteID == "" {
			return fmt.Errorf("%s is assigned to no site, and Mist reaches only devices of a site", j.Job.Target)
		}
		site, device = d.SiteID, cmp.Or(d.ID, mist.DeviceID(string(d.MAC)))
	}
	host := cmp.Or(j.Job.Args[chatops.ArgHost], pingHost)
	j.Progress(0, 0, "waiting for "+j.Job.Target+" to ping "+host)
	out, err := o.Client.RunUtility(mist.WithCaller(ctx, "ping", mist.Operator), mist.Utility{
		StreamURL: o.streamURL(), Site: site, Device: device, Verb: "ping", Body: map[string]any{"host": host, "count": pingCount},
		Over: func(out string) bool { return pingLoss.MatchString(out) }, Guard: recovery.Wrap,
	})
	j.Result(strings.TrimSpace(strings.ReplaceAll(out, "\r\n", "\n")))
	if _, fromMist := errors.AsType[*mist.Error](err); fromMist {
		return errors.New(mist.Explain(err))
	}
	if m := pingLoss.FindStringSubmatch(out); m != nil && m[2] == "0" {
		return fmt.Errorf("%s does not answer %s: %s sent, none received", host, j.Job.Target, human.CountOf(pingCount, "packet"))
	}
	return err
}

// deviceNamed finds a device of an organization by its name, its MAC or its id.
func deviceNamed(ctx context.Context, env JobEnv, source, typed string) (event.Device, error) {
	devices, err := env.Devices(ctx, source)
	if err != nil {
		return event.Device{}, err
	}
	mac, isMAC := event.ParseMAC(typed)
	var found []event.Device
	var names []string
	for i := range devices {
		d := &devices[i]
		if isMAC && d.MAC == mac || strings.EqualFold(d.ID, typed) || strings.EqualFold(d.Name, typed) {
			found = append(found, *d)
		}
		names = append(names, d.Name)
	}
	switch near := human.Nearest(typed, names); {
	case len(found) == 1:
		return found[0], nil
	case len(found) > 1:
		return event.Device{}, fmt.Errorf("%d devices of %s are named %s; give the MAC of one", len(found), source, typed)
	case near != "":
		return event.Device{}, fmt.Errorf("%s has no device %s; did you mean %s?", source, typed, near)
	}
	return event.Device{}, fmt.Errorf("%s has no device %s", source, typed)
}
