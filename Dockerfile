# `make image` builds the image. It has only the binary, so nothing else needs updates.
FROM scratch
COPY previewset /previewset
USER 65532:65532
EXPOSE 4355
ENTRYPOINT ["/previewset"]
