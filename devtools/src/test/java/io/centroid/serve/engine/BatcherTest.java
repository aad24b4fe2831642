package io.centroid.serve.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.centroid.Eventually;
import io.centroid.serve.protocol.ModelDescription;
import io.centroid.serve.protocol.Tensor;
import io.centroid.serve.protocol.TensorSpec;
import io.centroid.serve.protocol.TensorType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;

/** Requests are batched while the model is busy, and each gets its own result. */
class BatcherTest {
  private static final Duration LIMIT = Duration.ofSeconds(10);
  private final BlockedModel model = new BlockedModel();

  private Batcher batcher(int rows, int instances) {
    return new Batcher(
        model, new BatchSettings(rows, 0, instances), new ServingMetrics("m"), () -> 0);
  }

  @Test
  void requestsDuringABatchFormTheNextBatch() throws Exception {
    Batcher batcher = batcher(4, 1);
    List<Job> jobs = new ArrayList<>();
    Thread first = start(batcher, add(jobs, 1));
    model.entered.acquire();
    for (int i = 2; i <= 8; i++) {
      // Returns at once: the thread that runs the model will process it.
      batcher.submit(add(jobs, i));
    }
    model.leave.countDown();
    first.join(LIMIT.toMillis());
    assertThat(model.batches).containsExactly(1, 4, 3);
    for (int i = 0; i < jobs.size(); i++) {
      assertThat(jobs.get(i).answer.get()).isEqualTo(10f * (i + 1));
    }
  }

  @Test
  void aSingleRequestRunsImmediatelyOnItsOwnThread() throws Exception {
    model.leave.countDown();
    Job job = new Job(3);
    batcher(4, 1).submit(job);
    assertThat(job.answer).isDone();
    assertThat(job.answer.get()).isEqualTo(30f);
    assertThat(job.thread).isSameAs(Thread.currentThread());
  }

  @Test
  void skipsAbandonedRequestsAndFailsTheWholeBatch() throws Exception {
    Batcher batcher = batcher(8, 1);
    List<Job> jobs = new ArrayList<>();
    Thread first = start(batcher, add(jobs, 1));
    model.entered.acquire();
    Job gone = add(jobs, 2);
    gone.abandoned = true;
    batcher.submit(gone);
    batcher.submit(add(jobs, BlockedModel.POISON));
    batcher.submit(add(jobs, 4));
    model.leave.countDown();
    first.join(LIMIT.toMillis());
    assertThat(model.batches).containsExactly(1, 2);
    assertThat(gone.answer).isNotDone();
    assertThat(jobs.get(2).answer).isCompletedExceptionally();
    assertThat(jobs.get(3).answer).isCompletedExceptionally();
    Job after = new Job(5);
    batcher.submit(after);
    assertThat(after.answer.get()).isEqualTo(50f);
  }

  @Test
  void aResponseThatCannotBeDeliveredAffectsItsClientOnly() throws Exception {
    Batcher batcher = batcher(8, 1);
    for (float poison : new float[] {BlockedModel.POISON, 6}) {
      List<Job> jobs = new ArrayList<>();
      Thread first = start(batcher, add(jobs, 1));
      model.entered.acquire();
      for (float value : new float[] {2, 3, poison}) {
        Job job = add(jobs, value);
        job.gone = value == 2;
        batcher.submit(job);
      }
      model.leave.countDown();
      first.join(LIMIT.toMillis());
      assertThat(jobs.get(1).answer).isNotDone();
      assertThat(jobs.get(2).answer).isDone();
      assertThat(jobs.get(3).answer).isDone();
      assertThat(jobs.get(2).answer.isCompletedExceptionally())
          .isEqualTo(poison == BlockedModel.POISON);
      // The only instance is free.
      Job after = new Job(5);
      batcher.submit(after);
      assertThat(after.answer).isCompletedWithValue(50f);
      model.entered.drainPermits();
    }
  }

  @Test
  void instancesRunConcurrently() throws Exception {
    Batcher batcher = batcher(4, 2);
    Thread one = start(batcher, new Job(1));
    Thread two = start(batcher, new Job(2));
    Eventually.await("both inside", LIMIT, () -> model.entered.availablePermits() == 2);
    model.leave.countDown();
    one.join(LIMIT.toMillis());
    two.join(LIMIT.toMillis());
    assertThat(model.batches).containsExactly(1, 1);
  }

  private static Job add(List<Job> jobs, float value) {
    Job job = new Job(value);
    jobs.add(job);
    return job;
  }

  private static Thread start(Batcher batcher, Job job) {
    Thread thread = new Thread(() -> batcher.submit(job));
    thread.start();
    return thread;
  }

  private static final class Job implements InferenceJob {
    private final float value;
    private final CompletableFuture<Float> answer = new CompletableFuture<>();
    private volatile boolean abandoned;
    private volatile boolean gone;
    private volatile Thread thread = Thread.currentThread();

    Job(float value) {
      this.value = value;
    }

    @Override
    public List<Tensor> inputs() {
      return List.of(new Tensor.Floats("input", List.of(1L, 1L), new float[] {value}));
    }

    @Override
    public boolean abandoned() {
      return abandoned;
    }

    @Override
    public void succeed(List<Tensor> outputs) {
      requireThere();
      thread = Thread.currentThread();
      answer.complete(((Tensor.Floats) outputs.get(0)).values()[0]);
    }

    @Override
    public void fail(Throwable failure) {
      requireThere();
      answer.completeExceptionally(failure);
    }

    private void requireThere() {
      if (gone) {
        throw new IllegalStateException("the client is gone");
      }
    }
  }

  /** A model that multiplies its input by ten and blocks until it is released. */
  private static final class BlockedModel implements ServedModel {
    static final float POISON = -1;
    private static final TensorSpec SPEC =
        new TensorSpec("input", TensorType.FP32, List.of(-1L, 1L));

    private final Semaphore entered = new Semaphore(0);
    private final CountDownLatch leave = new CountDownLatch(1);
    private final List<Integer> batches = Collections.synchronizedList(new ArrayList<>());

    @Override
    public ModelDescription description() {
      return new ModelDescription(
          "m", "1", List.of(SPEC), List.of(SPEC), List.of(), JsonNodeFactory.instance.objectNode());
    }

    @Override
    public boolean batches() {
      return true;
    }

    @Override
    public List<Tensor> run(List<Tensor> inputs) {
      Tensor.Floats input = (Tensor.Floats) inputs.get(0);
      batches.add(input.size());
      entered.release();
      try {
        leave.await();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
      float[] values = new float[input.size()];
      for (int i = 0; i < values.length; i++) {
        if (input.values()[i] == POISON) {
          throw new IllegalStateException("poison");
        }
        values[i] = 10 * input.values()[i];
      }
      return List.of(new Tensor.Floats("output", input.shape(), values));
    }

    @Override
    public void close() {}
  }
}
