{{ if .Token.Value -}}
# This token is valid until serve stops. It is not saved: {{ comment .Token.Problem }}
export PREVIEWSET_TOKEN={{ .Token.Value }}
{{ else if .Token.File -}}
export PREVIEWSET_TOKEN="$(cat {{ shell .Token.File }})"
{{ else -}}
# PREVIEWSET_TOKEN has the token that serve was started with.
{{ end -}}
curl -s {{ shell .Local }}/api/v1/getparams.execute \
  -H "Authorization: Bearer $PREVIEWSET_TOKEN" \
  -d '{"applicationSetName":"{{ .Set }}-previews","input":{"parameters":{"set":"{{ .Set }}"}}}'
