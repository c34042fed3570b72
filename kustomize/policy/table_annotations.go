package policy

// annotationRows has annotations that controllers read.
var annotationRows = []Row{
	{Word: allowSnippet, Annotation: "*-snippet", Why: "it would write into the configuration of the shared ingress controller", Source: "CVE-2021-25742"},
	{Word: allowSnippet, Annotation: "*-snippets", Why: "it would write into the configuration of the shared ingress controller", Source: "https://docs.nginx.com/nginx-ingress-controller/configuration/ingress-resources/advanced-configuration-with-snippets/"},
}
