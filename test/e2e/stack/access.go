package stack

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"time"

	authenticationv1 "k8s.io/api/authentication/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/client-go/tools/clientcmd/api"
)

// Access returns an administrator's access to the cluster: its URL, a token and the CA
// certificates in PEM.
func (c *Cluster) Access() (server, token string, ca []byte) {
	return c.config.Host, adminToken, c.config.CAData
}

// WriteKubeconfig writes a kubeconfig for the cluster with the given token and default
// namespace to file.
func (c *Cluster) WriteKubeconfig(file, token, namespace string) error {
	config := api.NewConfig()
	config.Clusters["e2e"] = &api.Cluster{Server: c.config.Host, CertificateAuthorityData: c.config.CAData}
	config.AuthInfos["e2e"] = &api.AuthInfo{Token: token}
	config.Contexts["e2e"] = &api.Context{Cluster: "e2e", AuthInfo: "e2e", Namespace: namespace}
	config.CurrentContext = "e2e"
	return clientcmd.WriteToFile(*config, file)
}

// WriteAdminKubeconfig is WriteKubeconfig with the token of an administrator.
func (c *Cluster) WriteAdminKubeconfig(file, namespace string) error {
	return c.WriteKubeconfig(file, adminToken, namespace)
}

// Token returns a token of a ServiceAccount that is valid for a day.
func (c *Cluster) Token(ctx context.Context, namespace, account string) (string, error) {
	seconds := int64((24 * time.Hour).Seconds())
	request := &authenticationv1.TokenRequest{Spec: authenticationv1.TokenRequestSpec{ExpirationSeconds: &seconds}}
	created, err := c.Kubernetes.CoreV1().ServiceAccounts(namespace).CreateToken(ctx, account, request, metav1.CreateOptions{})
	if err != nil {
		return "", fmt.Errorf("token of %s/%s: %w", namespace, account, err)
	}
	return created.Status.Token, nil
}

// OK returns a condition for Await: url responds with status 200.
func OK(url string) func(context.Context) error {
	return func(ctx context.Context) error {
		ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
		defer cancel()
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
		if err != nil {
			return err
		}
		_, err = Send(request)
		return err
	}
}

// Send sends a request and returns the body of the response. Any status except 200 is an
// error.
func Send(request *http.Request) ([]byte, error) {
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err == nil && response.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s: %s", request.URL, response.Status, body)
	}
	return body, err
}
