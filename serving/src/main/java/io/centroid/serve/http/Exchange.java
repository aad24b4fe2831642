package io.centroid.serve.http;

import io.centroid.serve.protocol.RejectedRequestException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A request and its single response, from the model or from the timeout, if that is earlier.
 * Thread-safe.
 */
final class Exchange {
  static final RejectedRequestException BODY_TIMEOUT =
      new RejectedRequestException(408, "the body did not arrive in time");
  private static final Logger LOG = LoggerFactory.getLogger(Exchange.class);

  private final Request request;
  private final Response response;
  private final Callback callback;
  private final Service service;
  private final String endpoint;
  private final long startNanos = System.nanoTime();
  private final AtomicBoolean answered = new AtomicBoolean();
  private final AtomicLong reserved = new AtomicLong();
  private volatile long deadlineNanos;
  private volatile boolean arrived;

  Exchange(
      Request request, Response response, Callback callback, Service service, String endpoint) {
    this.request = request;
    this.response = response;
    this.callback = callback;
    this.service = service;
    this.endpoint = endpoint;
    deadlineNanos = startNanos + service.settings().timeout().toNanos();
  }

  Request request() {
    return request;
  }

  boolean answered() {
    return answered.get();
  }

  /** Reserves memory for the body and its tensors until the response is sent. */
  void reserve(long bytes) {
    if (!service.inFlight().reserve(bytes)) {
      throw new RejectedRequestException(
          503, "server busy (requests exceed the memory limit); retry later");
    }
    reserved.addAndGet(bytes);
    if (answered.get()) {
      service.inFlight().free(reserved.getAndSet(0));
    }
  }

  /** Marks the body as received; restarts the timeout for the model. */
  void arrived() {
    Duration timeout = service.settings().timeout();
    deadlineNanos = System.nanoTime() + timeout.toNanos();
    arrived = true;
  }

  void expire(long now) {
    if (now - deadlineNanos < 0) {
      return;
    }
    reject(
        arrived
            ? new RejectedRequestException(504, "the model did not answer in time")
            : BODY_TIMEOUT);
  }

  /** Sends the response; later responses are dropped. */
  void answer(int status, HttpField type, byte[] body, HttpField... more) {
    if (!answered.compareAndSet(false, true)) {
      return;
    }
    service.inFlight().leave(this);
    service.inFlight().free(reserved.getAndSet(0));
    service.metrics().answered(endpoint, status, startNanos);
    HttpFields.Mutable headers = response.getHeaders();
    response.setStatus(status);
    headers.put(type);
    headers.put(Headers.NO_SNIFFING);
    headers.put(Headers.NOT_STORED);
    for (HttpField field : more) {
      headers.put(field);
    }
    service.settings().cors().allow(request, headers);
    if (service.draining()) {
      headers.put(Headers.CLOSE);
    }
    headers.put(HttpHeader.CONTENT_LENGTH, body.length);
    boolean isHead = request.getMethod().equals("HEAD");
    response.write(true, isHead ? null : ByteBuffer.wrap(body), callback);
  }

  void json(int status, byte[] body) {
    answer(status, Headers.JSON, body);
  }

  /** Sends an error response. */
  void reject(Throwable reason) {
    RejectedRequestException rejection = rejection(reason);
    int status = rejection.status();
    byte[] body = Errors.json(String.valueOf(rejection.getMessage()));
    if (status == 503) {
      answer(status, Headers.JSON, body, Headers.RETRY_SOON);
    } else if (status == 413 || status == 408) {
      // The rest of the body is not read.
      answer(status, Headers.JSON, body, Headers.CLOSE);
    } else {
      answer(status, Headers.JSON, body);
    }
  }

  private RejectedRequestException rejection(Throwable reason) {
    if (reason instanceof RejectedRequestException rejection) {
      return rejection;
    }
    LOG.error("{} {}", endpoint, request.getHttpURI().getPath(), reason);
    return new RejectedRequestException(500, "internal server error; see the server log");
  }
}
