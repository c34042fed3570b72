package runner

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"

	corev1 "k8s.io/api/core/v1"
)

// mounts maps mount paths of a container to local folders.
type mounts map[string]string

// relocate replaces the container's paths in a text with local paths.
func (m mounts) relocate(text string) string {
	for mountPath, folder := range m {
		text = strings.ReplaceAll(text, mountPath+"/", folder+"/")
	}
	return text
}

// mount writes the files of the container's volumes.
func (p *process) mount(ctx context.Context) (mounts, error) {
	m := mounts{}
	for _, mount := range p.container.VolumeMounts {
		m[mount.MountPath] = filepath.Join(p.folder, p.container.Name, mount.Name)
	}
	for _, mount := range p.container.VolumeMounts {
		files, err := p.volume(ctx, mount.Name)
		if err != nil {
			return nil, fmt.Errorf("volume %s: %w", mount.Name, err)
		}
		dir := m[mount.MountPath]
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return nil, err
		}
		for name, content := range files {
			if err := os.WriteFile(filepath.Join(dir, name), []byte(m.relocate(content)), 0o600); err != nil {
				return nil, err
			}
		}
	}
	return m, nil
}

// volume returns the files of a volume of the pod, by name.
func (p *process) volume(ctx context.Context, name string) (map[string]string, error) {
	for _, v := range p.pod.Spec.Volumes {
		if v.Name == name {
			return p.source(ctx, v.VolumeSource)
		}
	}
	return nil, fmt.Errorf("the pod has no volume %s", name)
}

func (p *process) source(ctx context.Context, v corev1.VolumeSource) (map[string]string, error) {
	switch {
	case v.EmptyDir != nil:
		return nil, nil
	case v.ConfigMap != nil && v.ConfigMap.Items == nil:
		return p.configMap(ctx, v.ConfigMap.Name)
	case v.Secret != nil && v.Secret.Items == nil:
		return p.secret(ctx, v.Secret.SecretName)
	case v.Projected != nil:
		return p.projected(ctx, v.Projected.Sources)
	}
	return nil, fmt.Errorf("volume source is not supported: %v", v)
}

func (p *process) projected(ctx context.Context, sources []corev1.VolumeProjection) (map[string]string, error) {
	all := map[string]string{}
	for _, s := range sources {
		var files map[string]string
		var err error
		switch {
		case s.ConfigMap != nil && s.ConfigMap.Items == nil:
			files, err = p.configMap(ctx, s.ConfigMap.Name)
		case s.Secret != nil && s.Secret.Items == nil:
			files, err = p.secret(ctx, s.Secret.Name)
		default:
			err = fmt.Errorf("projected source is not supported: %v", s)
		}
		if err != nil {
			return nil, err
		}
		maps.Copy(all, files)
	}
	return all, nil
}
