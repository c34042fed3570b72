package config

// checkLifetime checks the durations of a set's lifetime.
func (d *document) checkLifetime(path string, s *Set) {
	l := s.Lifetime
	path += ".lifetime"
	for _, end := range []struct {
		key   string
		value Duration
	}{{"idle", l.Idle}, {"max", l.Max}} {
		if end.value < 0 {
			d.addProblem(path+"."+end.key, "%s is negative: use a positive duration, or 0 for no limit", end.value)
		}
		if end.value > 0 && l.Notice >= end.value {
			d.addProblem(path+".notice", "%s is not shorter than %s (%s): use a shorter notice", l.Notice, end.key, end.value)
		}
	}
	switch {
	case l.Notice < 0:
		d.addProblem(path+".notice", "%s is negative: use a positive duration, or remove the key", l.Notice)
	case l.Notice == 0:
	case l.Idle == 0 && l.Max == 0:
		d.addProblem(path+".notice", "previews of the set %s have no end to announce: set lifetime.idle or lifetime.max, or remove the key", s.Name)
	case s.Feedback == nil || !*s.Feedback.Comment:
		d.addProblem(path+".notice", "the comment announces the end, and the set %s has none: set feedback.comment, or remove the key", s.Name)
	}
}
