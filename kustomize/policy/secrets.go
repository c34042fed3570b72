package policy

import (
	"encoding/base64"

	"sigs.k8s.io/kustomize/api/resource"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/previewset/previewset/kustomize/object"
)

// noForeignForm refuses objects, and data of ConfigMaps and Secrets, in a form that only
// the tool that stored them can read. It is before noSecret, because its fix is better
// for a file that is encrypted already.
func noForeignForm(r *resource.Resource, _ Scope) (reason, fix string) {
	if what, fix := object.ForeignObject(r.YNode()); what != "" {
		return "it " + what, fix
	}
	if gvk := r.GetGvk(); gvk.Group != "" || gvk.Kind != "ConfigMap" && gvk.Kind != "Secret" {
		return "", ""
	}
	for _, field := range []string{"data", "stringData", "binaryData"} {
		data := object.Child(r.YNode(), field)
		// A generator makes a key of each line of a dotenv file.
		if object.Child(data, "sops_mac") != nil {
			what, fix := object.Foreign([]byte("sops_mac="))
			return "its " + field + " " + what, fix
		}
		for _, key := range object.Keys(data) {
			if what, fix := object.Foreign(decoded(r, field, object.Child(data, key))); what != "" {
				return object.OneLine("its " + field + "[" + key + "] " + what), fix
			}
		}
	}
	return "", ""
}

// decoded returns the content that a value of a ConfigMap or a Secret has in a pod.
func decoded(r *resource.Resource, field string, value *yaml.Node) []byte {
	text := object.Scalar(value)
	if field == "binaryData" || field == "data" && r.GetKind() == "Secret" {
		if content, err := base64.StdEncoding.DecodeString(text); err == nil {
			return content
		}
	}
	return []byte(text)
}

// noSecret refuses Secrets, because they would stay readable in the history of Git.
func noSecret(r *resource.Resource, _ Scope) (reason, fix string) {
	if !isSecret(r.GetGvk()) {
		return "", ""
	}
	return "a plain Secret must not be committed", "use an ExternalSecret or a SealedSecret with cluster-wide scope, or copy it into the namespace in the cluster"
}

// noScopedSealedSecret refuses SealedSecrets that can be decrypted only in the namespace
// for which they were sealed. The controller finds the scope in the annotations of the
// SealedSecret itself, and not in its template (SecretScope and Unseal in
// sealed-secrets/pkg/apis/sealedsecrets/v1alpha1).
func noScopedSealedSecret(r *resource.Resource, _ Scope) (reason, fix string) {
	const annotation = "sealedsecrets.bitnami.com/cluster-wide"
	if gvk := r.GetGvk(); gvk.Group != "bitnami.com" || gvk.Kind != "SealedSecret" || r.GetAnnotations(annotation)[annotation] == "true" {
		return "", ""
	}
	return "it was not sealed with cluster-wide scope, so it can't be decrypted in the namespace of a preview", "seal it again with kubeseal --scope cluster-wide"
}
