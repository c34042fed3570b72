// Package runner is what a kubelet is to pods of Jobs: it runs their containers,
// as processes on this machine, and completes them. What it runs is what the pod
// says, with the environment, the files and the account that it says.
//
// It has programs for a few images. A pod with any other completes at once, since
// nothing can be run of it. What a pod says that is not understood here fails it.
package runner
