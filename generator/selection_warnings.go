package generator

// Warnings returns the rules of s that the source can't honour. undated is Listing.Undated;
// with false, the result has the rules that no source can honour.
func (s Selection) Warnings(undated bool) []Warning {
	const noDates = ", because the Git server does not return the dates of commits: enable uploadpack.allowFilter on the server, or remove the rule"
	var warnings []Warning
	add := func(applies bool, subject, message string) {
		if applies {
			warnings = append(warnings, Warning{subject, message})
		}
	}
	l, branches := s.Lifetime, s.Branches != nil
	add(s.PullRequests != nil && l.Max > 0 && l.Idle >= l.Max, "lifetime.idle",
		"it has no effect on pull requests, because lifetime.max is not longer: use a shorter duration, or remove it")
	add(branches && l.Max > 0, "lifetime.max",
		"the previews of branches stay, because no source records when a branch was created: use lifetime.idle for branches")
	add(branches && l.KeepLabel != "" && s.PullRequests == nil, "lifetime.keepLabel",
		"it has no effect, because branches have no labels: remove it")
	add(branches && undated && l.Idle > 0, "lifetime.idle", "idle previews stay"+noDates)
	add(branches && undated && s.Limit > 0, "limits.previews", "branches are ranked by name instead of age"+noDates)
	return warnings
}
