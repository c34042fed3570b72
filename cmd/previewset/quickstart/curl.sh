export {{ .TokenEnv }}={{ .Token }}
curl -s {{ .URL }}/api/v1/getparams.execute \
  -H "Authorization: Bearer ${{ .TokenEnv }}" \
  -d '{"applicationSetName":"{{ .Set }}","input":{"parameters":{"set":"{{ .Set }}"}}}'
