package stack

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"time"

	authenticationv1 "k8s.io/api/authentication/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/client-go/tools/clientcmd/api"
)

// Access returns how an administrator reaches the cluster: its URL, a token and
// the certificates in PEM.
func (c *Cluster) Access() (server, token string, ca []byte, err error) {
	ca, err = os.ReadFile(c.config.CAFile)
	return c.config.Host, adminToken, ca, err
}

// WriteKubeconfig writes how to reach the cluster with token to file. Commands
// that name no namespace are about the given one.
func (c *Cluster) WriteKubeconfig(file, token, namespace string) error {
	ca, err := os.ReadFile(c.config.CAFile)
	if err != nil {
		return err
	}
	config := api.NewConfig()
	config.Clusters["e2e"] = &api.Cluster{Server: c.config.Host, CertificateAuthorityData: ca}
	config.AuthInfos["e2e"] = &api.AuthInfo{Token: token}
	config.Contexts["e2e"] = &api.Context{Cluster: "e2e", AuthInfo: "e2e", Namespace: namespace}
	config.CurrentContext = "e2e"
	return clientcmd.WriteToFile(*config, file)
}

// Token returns a token of a ServiceAccount, good for a day.
func (c *Cluster) Token(ctx context.Context, namespace, account string) (string, error) {
	seconds := int64((24 * time.Hour).Seconds())
	request := &authenticationv1.TokenRequest{Spec: authenticationv1.TokenRequestSpec{ExpirationSeconds: &seconds}}
	made, err := c.Kubernetes.CoreV1().ServiceAccounts(namespace).CreateToken(ctx, account, request, metav1.CreateOptions{})
	if err != nil {
		return "", fmt.Errorf("token of %s/%s: %w", namespace, account, err)
	}
	return made.Status.Token, nil
}

// OK returns a condition: that url answers with 200.
func OK(url string) func(context.Context) error {
	return func(ctx context.Context) error {
		ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
		defer cancel()
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
		if err != nil {
			return err
		}
		_, err = Ask(request)
		return err
	}
}

// Ask sends a request and returns the body of its answer, which must have the
// status 200.
func Ask(request *http.Request) ([]byte, error) {
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err == nil && answer.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s: %s", request.URL, answer.Status, body)
	}
	return body, err
}
