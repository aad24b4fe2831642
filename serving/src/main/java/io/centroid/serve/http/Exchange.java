package io.centroid.serve.http;

import io.centroid.InputException;
import io.centroid.serve.protocol.RefusedRequest;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A request and its one answer: whoever is first gives it, the model or the clock. For any number
 * of threads.
 */
final class Exchange {
  static final RefusedRequest TOO_SLOW = new RefusedRequest(408, "the body did not arrive in time");
  private static final Logger LOG = LoggerFactory.getLogger(Exchange.class);

  private final Request request;
  private final Response response;
  private final Callback callback;
  private final Service service;
  private final String endpoint;
  private final long startNanos = System.nanoTime();
  private final AtomicBoolean answered = new AtomicBoolean();
  private final AtomicInteger reserved = new AtomicInteger();
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

  /** Takes room for more of the body, until the answer. */
  void reserve(int bytes) {
    if (!service.inFlight().reserve(bytes)) {
      throw new RefusedRequest(503, "too much is being read at once: come again");
    }
    reserved.addAndGet(bytes);
    if (answered.get()) {
      service.inFlight().free(reserved.getAndSet(0));
    }
  }

  /** The body is there: from now on it is the model that has to be in time. */
  void arrived() {
    Duration timeout = service.settings().timeout();
    deadlineNanos = System.nanoTime() + timeout.toNanos();
    arrived = true;
  }

  void expire(long now) {
    if (now - deadlineNanos < 0) {
      return;
    }
    refuse(arrived ? new RefusedRequest(504, "the model did not answer in time") : TOO_SLOW);
  }

  /** Answers with JSON or text; a later answer is dropped. */
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
    if (service.draining()) {
      headers.put(Headers.CLOSE);
    }
    headers.put(HttpHeader.CONTENT_LENGTH, body.length);
    boolean bodiless = request.getMethod().equals("HEAD");
    response.write(true, bodiless ? null : ByteBuffer.wrap(body), callback);
  }

  void json(int status, byte[] body) {
    answer(status, Headers.JSON, body);
  }

  /** Tells why there is no answer. */
  void refuse(Throwable reason) {
    RefusedRequest refusal = refusal(reason);
    int status = refusal.status();
    byte[] body = Errors.json(String.valueOf(refusal.getMessage()));
    if (status == 503) {
      answer(status, Headers.JSON, body, Headers.RETRY_SOON);
    } else if (status == 413 || status == 408) {
      // Nobody wants to read the rest of the body.
      answer(status, Headers.JSON, body, Headers.CLOSE);
    } else {
      answer(status, Headers.JSON, body);
    }
  }

  private RefusedRequest refusal(Throwable reason) {
    if (reason instanceof RefusedRequest refusal) {
      return refusal;
    }
    if (reason instanceof InputException) {
      return RefusedRequest.malformed(String.valueOf(reason.getMessage()));
    }
    LOG.error("{} {}", endpoint, request.getHttpURI().getPath(), reason);
    return new RefusedRequest(500, "the server failed: its log says more");
  }
}
