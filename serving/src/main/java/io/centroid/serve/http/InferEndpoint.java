package io.centroid.serve.http;

import io.centroid.serve.engine.InferenceJob;
import io.centroid.serve.engine.ModelVersion;
import io.centroid.serve.protocol.InferRequest;
import io.centroid.serve.protocol.InferRequestParser;
import io.centroid.serve.protocol.InferResponse;
import io.centroid.serve.protocol.ModelDescription;
import io.centroid.serve.protocol.RejectedRequestException;
import io.centroid.serve.protocol.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.jetty.http.HttpField;

/** {@code POST .../infer}, inference on tensors. */
final class InferEndpoint {
  private final InferRequestParser parser;

  InferEndpoint(ServerSettings settings) {
    parser = new InferRequestParser(settings.limits());
  }

  /** Handles a complete body; releases the version after the response. */
  void infer(Exchange exchange, ModelVersion version, byte[] body, int length) {
    Job job;
    try {
      int jsonLength = jsonLength(exchange, length);
      InferRequest request = parser.parse(body, length, jsonLength, exchange::reserve);
      ModelDescription model = version.model().description();
      job =
          new Job(
              exchange,
              version,
              request,
              request.inputsFor(model),
              request.requestedOutputs(model));
    } catch (RuntimeException | OutOfMemoryError e) {
      version.release();
      throw e;
    }
    version.batcher().submit(job);
  }

  private static int jsonLength(Exchange exchange, int length) {
    String stated = exchange.request().getHeaders().get(Headers.JSON_LENGTH);
    if (stated == null) {
      return length;
    }
    if (!stated.matches("[0-9]{1,9}")) {
      throw RejectedRequestException.malformed(Headers.JSON_LENGTH + ": expected a number");
    }
    return Integer.parseInt(stated);
  }

  /** An inference request in the batcher. */
  private record Job(
      Exchange exchange,
      ModelVersion version,
      InferRequest request,
      List<Tensor> inputs,
      List<InferRequest.RequestedOutput> requested)
      implements InferenceJob {

    @Override
    public boolean abandoned() {
      if (exchange.answered()) {
        version.release();
        return true;
      }
      return false;
    }

    @Override
    public void succeed(List<Tensor> outputs) {
      InferResponse answer;
      try {
        List<Tensor> chosen = new ArrayList<>(requested.size());
        for (InferRequest.RequestedOutput output : requested) {
          chosen.add(named(outputs, output.name()));
        }
        answer = InferResponse.of(version.model().description(), request.id(), requested, chosen);
      } catch (RuntimeException | OutOfMemoryError e) {
        fail(e);
        return;
      }
      version.release();
      if (answer.jsonLength() < 0) {
        exchange.json(200, answer.body());
      } else {
        exchange.answer(
            200,
            Headers.BYTES,
            answer.body(),
            new HttpField(Headers.JSON_LENGTH, String.valueOf(answer.jsonLength())));
      }
    }

    private static Tensor named(List<Tensor> outputs, String name) {
      for (Tensor output : outputs) {
        if (output.name().equals(name)) {
          return output;
        }
      }
      throw new IllegalStateException("the model has no output " + name);
    }

    @Override
    public void fail(Throwable failure) {
      version.release();
      exchange.reject(failure);
    }
  }
}
