# docker build -t contract-kit:0.1.0 .
# docker run --rm -v "$PWD:/data:ro" contract-kit:0.1.0 validate payloads/ --org my-org.yaml
FROM python:3.13-slim-bookworm AS build
# Which extras of pyproject.toml to install; bulk and dask make the image several times as large.
ARG EXTRAS=server
WORKDIR /src
COPY . .
RUN python -m venv /opt/contract-kit \
 && python -c "import sys; sys.path.insert(0, 'tools'); import install; print(install.pins())" > pins.txt \
 && /opt/contract-kit/bin/pip install --no-cache-dir --disable-pip-version-check -c pins.txt ".[$EXTRAS]"

FROM python:3.13-slim-bookworm
COPY --from=build /opt/contract-kit /opt/contract-kit
ENV PATH=/opt/contract-kit/bin:$PATH
USER 10001:10001
WORKDIR /data
ENTRYPOINT ["contract-kit"]
CMD ["--help"]
