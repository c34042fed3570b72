// Package cached decorates a generator.Source: it joins concurrent calls with the same
// arguments and caches their results for a limited time.
//
// Several sets on one repository, or a burst of webhooks, then cost one list, and one
// look-up of each change that is no longer in the list. The cache holds only complete
// results and no errors. A cached result is never older than its TTL, and a cached
// ending is never older than the last list.
package cached
