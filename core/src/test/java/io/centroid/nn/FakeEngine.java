package io.centroid.nn;

import java.util.List;
import java.util.Map;

/** An engine that computes nothing and supports networks by their {@code model.name}. */
public record FakeEngine(String name, List<String> networks) implements LearnerFactory {

  @Override
  public boolean supports(Architecture architecture) {
    return networks.contains(architecture.name());
  }

  @Override
  public Learner create(NetworkSpec spec) {
    throw new UnsupportedOperationException();
  }

  @Override
  public ParameterLayout layout(NetworkSpec spec) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Map<String, String> versions() {
    return Map.of("engine", name);
  }
}
