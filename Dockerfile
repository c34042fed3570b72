# `make image` builds the image. It has only the binary and the licences of its parts, so
# nothing else needs updates.
FROM scratch
COPY LICENSE NOTICE THIRD_PARTY_LICENSES /licenses/
COPY previewset /previewset
USER 65532:65532
EXPOSE 4355
ENTRYPOINT ["/previewset"]
