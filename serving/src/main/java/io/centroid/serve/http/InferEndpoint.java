package io.centroid.serve.http;

import io.centroid.serve.engine.InferenceJob;
import io.centroid.serve.engine.ModelVersion;
import io.centroid.serve.protocol.InferAnswer;
import io.centroid.serve.protocol.InferRequest;
import io.centroid.serve.protocol.InferRequestParser;
import io.centroid.serve.protocol.ModelDescription;
import io.centroid.serve.protocol.RefusedRequest;
import io.centroid.serve.protocol.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.jetty.http.HttpField;

/** {@code POST .../infer}. */
final class InferEndpoint {
  private final InferRequestParser parser;

  InferEndpoint(ServerSettings settings) {
    parser = new InferRequestParser(settings.limits());
  }

  /** Reads a body that has arrived; the version is released when it was answered. */
  void infer(Exchange exchange, ModelVersion version, byte[] body, int length) {
    Job job;
    try {
      int jsonLength = jsonLength(exchange, length);
      InferRequest request = parser.parse(body, length, jsonLength);
      ModelDescription model = version.model().description();
      job = new Job(exchange, version, request, request.inputsFor(model), request.outputsOf(model));
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
      throw RefusedRequest.malformed(Headers.JSON_LENGTH + ": a number expected");
    }
    return Integer.parseInt(stated);
  }

  /** A request on its way through the model. */
  private record Job(
      Exchange exchange,
      ModelVersion version,
      InferRequest request,
      List<Tensor> inputs,
      List<InferRequest.WantedOutput> wanted)
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
      InferAnswer answer;
      try {
        List<Tensor> chosen = new ArrayList<>(wanted.size());
        for (InferRequest.WantedOutput output : wanted) {
          chosen.add(named(outputs, output.name()));
        }
        answer = InferAnswer.of(version.model().description(), request.id(), wanted, chosen);
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
      throw new IllegalStateException("the model gave no output " + name);
    }

    @Override
    public void fail(Throwable failure) {
      version.release();
      exchange.refuse(failure);
    }
  }
}
