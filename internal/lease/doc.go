// Package lease lets one of several processes do something, by a Lease of Kubernetes.
//
// The algorithm is that of client-go's leaderelection: a candidate takes over a Lease that
// nobody has renewed for its whole duration, as measured by the candidate's own clock. A Lease
// is no fence: two processes can believe for a short time that they hold it, so what they do
// must be safe then, too.
package lease
