package feedback

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/generator/forge"
)

// deployments is the wish for the deployments of an environment.
type deployments struct {
	*member
	environment string
	// wanted are the deployments that are not inactive, each of another commit.
	wanted []forge.Deployment
	// keepsLast is true if the newest successful deployment stays active.
	keepsLast bool
}

func (d deployments) set() string { return d.Name }

func (d deployments) text(_ time.Time, s *shown) string {
	if s == nil {
		return deploymentsText(d.wanted)
	}
	return deploymentsText(append(slices.Clone(d.wanted), d.kept(s.deployments)...))
}

// kept returns the deployment that stays active without being wanted, if there is one. all are
// newest first.
func (d deployments) kept(all []forge.Deployment) []forge.Deployment {
	i := slices.IndexFunc(all, func(one forge.Deployment) bool { return one.State == forge.StatusSuccess })
	if !d.keepsLast || i < 0 || slices.ContainsFunc(d.wanted, func(w forge.Deployment) bool { return w.Commit == all[i].Commit }) {
		return nil
	}
	return all[i : i+1]
}

// deploymentsText identifies the deployments that are not inactive.
func deploymentsText(all []forge.Deployment) string {
	var lines []string
	for _, one := range all {
		if one.State != forge.StatusInactive {
			lines = append(lines, one.Commit+" "+string(one.State)+" "+one.URL)
		}
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

// reach reads the deployments of the environment if they are not known. It creates those that
// are missing, changes those that differ, and makes all others inactive.
func (d deployments) reach(ctx context.Context, to *call, s *shown) (*shown, error) {
	deployer, ok := to.forge.(forge.Deployer)
	if !ok {
		return &shown{text: deploymentsText(d.wanted)}, nil
	}
	if s == nil {
		all, err := deployer.Deployments(ctx, d.environment)
		if err != nil {
			return nil, err
		}
		s = &shown{deployments: all}
	}
	active := slices.Clone(d.kept(s.deployments))
	rest := slices.DeleteFunc(slices.Clone(s.deployments), func(one forge.Deployment) bool {
		return slices.ContainsFunc(active, func(kept forge.Deployment) bool { return kept.ID == one.ID })
	})
	for _, wanted := range d.wanted {
		present := forge.Deployment{Environment: d.environment, Commit: wanted.Commit}
		if i := slices.IndexFunc(rest, func(one forge.Deployment) bool { return one.Commit == wanted.Commit }); i >= 0 {
			present = rest[i]
			rest = slices.Delete(rest, i, i+1)
		}
		var err error
		if wanted.ID, err = to.deploy(ctx, deployer, present, wanted.DeploymentStatus); err != nil {
			return nil, err
		}
		active = append(active, wanted)
	}
	for _, one := range rest {
		if _, err := to.deploy(ctx, deployer, one, forge.DeploymentStatus{State: forge.StatusInactive}); err != nil {
			return nil, err
		}
	}
	return &shown{text: deploymentsText(active), deployments: active}, nil
}

// deploy gives a deployment a state, and creates it if it has no ID. It returns the ID.
func (c *call) deploy(ctx context.Context, to forge.Deployer, present forge.Deployment, wanted forge.DeploymentStatus) (id string, err error) {
	if id = present.ID; id == "" {
		c.writes++
		if id, err = to.CreateDeployment(ctx, present); err != nil {
			return "", err
		}
	}
	if present.State == wanted.State && (wanted.State == forge.StatusInactive || present.URL == wanted.URL) {
		return id, nil
	}
	c.writes++
	return id, to.SetDeployment(ctx, id, wanted)
}

// planDeployments adds the wishes for environments. The environments of changes that have
// never had a preview are not read.
func (s *site) planDeployments(wishes map[key]wish) {
	if _, ok := s.forge.(forge.Deployer); !ok {
		return
	}
	for _, m := range s.members {
		if !m.Deployment {
			continue
		}
		for _, one := range m.sections() {
			environment := m.Name + "/" + one.id()
			k := key{kindDeployment, environment}
			if one.orphan() {
				s.keep(k, wishes)
				continue
			}
			if wanted := one.deployments(environment); len(wanted) > 0 || one.removed || s.targets[k] != nil {
				wishes[k] = deployments{member: m, environment: environment, wanted: wanted, keepsLast: one.keepsLast()}
			}
		}
	}
}

// keepsLast reports whether the last successful deployment stays active: while Argo CD deploys a
// commit, it may not say which one is live, and people still open the preview.
func (s section) keepsLast() bool {
	return s.status != nil && s.status.Preview != nil && s.status.Live == "" &&
		s.status.State != generator.StateRemoving && s.status.State != generator.StateFailing
}

// deployments returns those that are not inactive: that of the commit that is live, and that
// of the commit that is being deployed.
func (s section) deployments(environment string) (all []forge.Deployment) {
	if s.status == nil || s.status.Preview == nil || s.status.State == generator.StateRemoving {
		return nil
	}
	add := func(commit string, state forge.StatusState) {
		if generator.IsCommit(commit) {
			all = append(all, forge.Deployment{Environment: environment, Commit: commit, DeploymentStatus: forge.DeploymentStatus{
				State: state, Description: forge.ShortDescription(visible(s.title())), URL: webURL(s.status.Preview.PreviewURL()),
			}})
		}
	}
	live, committed := s.status.Live, s.status.Committed
	failing := s.status.State == generator.StateFailing
	if live != "" && (live != committed || !failing) {
		add(live, forge.StatusSuccess)
	}
	switch {
	case failing:
		add(committed, forge.StatusFailure)
	case committed != live:
		add(committed, forge.StatusPending)
	}
	return all
}
