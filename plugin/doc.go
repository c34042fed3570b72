// Package plugin is the HTTP service that Argo CD's ApplicationSet plugin generator
// calls. A request reads only memory: the Board holds the answer of each set, and
// internal/pipeline publishes new snapshots to the Board.
//
// If a list is empty or too short, Argo CD deletes environments. An answer is therefore
// complete, or an error. (argo-cd v2.14, applicationset/services/plugin: any status 2xx
// is accepted as complete; any other status changes nothing.)
//
// Packages internal/pipeline and generator decide which previews exist and which
// parameters they have.
package plugin
