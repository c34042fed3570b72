# `make image` builds it, from the binary alone: there is nothing else to patch.
FROM scratch
COPY previewset /previewset
USER 65532:65532
EXPOSE 4355
ENTRYPOINT ["/previewset"]
