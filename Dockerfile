# Two images from one file: `product` (gateway, actions) on current Python, `rasa` on the Python that Rasa needs.

FROM python:3.11-slim AS product
WORKDIR /srv/abolotse
COPY requirements.lock .
RUN pip install --no-cache-dir --require-hashes -r requirements.lock
COPY subscriptions subscriptions
COPY actions actions
COPY handoff handoff
COPY data data
COPY webchat webchat
RUN useradd --system abolotse
USER abolotse

FROM python:3.10-slim AS rasa
WORKDIR /srv/abolotse
COPY bot/requirements.lock bot/requirements.lock
RUN pip install --no-cache-dir --require-hashes -r bot/requirements.lock
COPY bot bot
COPY data data
ENV PYTHONPATH=/srv/abolotse/bot OMP_NUM_THREADS=1 RASA_TELEMETRY_ENABLED=false TF_CPP_MIN_LOG_LEVEL=3
RUN rasa train --quiet --config bot/config.yml --domain bot/domain --data data/nlu data/rules \
      --out bot/models --fixed-model-name abolotse \
    && useradd --system abolotse && mkdir -p /var/lib/rasa && chown abolotse /var/lib/rasa
WORKDIR /srv/abolotse/bot
USER abolotse
CMD ["python", "start.py", "--interface", "0.0.0.0", "--port", "5005", "--model", "models/abolotse.tar.gz"]
