package stack

import (
	"context"
	_ "embed" // for the stage of Ingresses
	"errors"
	"os"
	"path/filepath"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/previewset/previewset/test/e2e/parts"
)

const nodeName = "node"

//go:embed ingress.yaml
var ingressStage []byte

// startNode starts KWOK and creates a node on which pods become ready. KWOK completes no
// pods; package runner completes the pods of Jobs.
func (c *Cluster) startNode(ctx context.Context, p *Processes, b *parts.Built) error {
	stages := filepath.Join(b.Source(parts.KWOK), "kustomize", "stage")
	args := []string{"--kubeconfig", c.Kubeconfig, "--manage-all-nodes=true"}
	for _, stage := range []string{
		"pod/fast/pod-ready.yaml", "pod/fast/pod-delete.yaml",
		"node/fast/node-initialize.yaml", "node/heartbeat-with-lease/node-heartbeat-with-lease.yaml",
	} {
		args = append(args, "--config", filepath.Join(stages, stage))
	}
	ingress := filepath.Join(c.dir, "ingress.yaml")
	if err := os.WriteFile(ingress, ingressStage, 0o600); err != nil {
		return err
	}
	args = append(args, "--config", ingress)
	process, err := p.Start(Command{Name: "kwok", Path: b.Binary(parts.KWOK), Args: args, Env: []string{"HOME=" + p.Dir}})
	if err != nil {
		return err
	}
	node := &corev1.Node{ObjectMeta: metav1.ObjectMeta{Name: nodeName, Labels: map[string]string{"type": "kwok"}}}
	if _, err := c.Kubernetes.CoreV1().Nodes().Create(ctx, node, metav1.CreateOptions{}); err != nil {
		return err
	}
	// The API taints a new node, and the controller that removes the taint does not run.
	untaint := []byte(`{"spec":{"taints":null}}`)
	if _, err := c.Kubernetes.CoreV1().Nodes().Patch(ctx, nodeName, types.MergePatchType, untaint, metav1.PatchOptions{}); err != nil {
		return err
	}
	return process.Await(ctx, c.nodeReady)
}

func (c *Cluster) nodeReady(ctx context.Context) error {
	node, err := c.Kubernetes.CoreV1().Nodes().Get(ctx, nodeName, metav1.GetOptions{})
	if err != nil {
		return err
	}
	for _, condition := range node.Status.Conditions {
		if condition.Type == corev1.NodeReady && condition.Status == corev1.ConditionTrue {
			return nil
		}
	}
	return errors.New("the node is not ready")
}
