package io.centroid.nn;

import io.centroid.nn.gpt2.Gpt2Initialization;
import io.centroid.nn.gpt2.Gpt2Layout;
import io.centroid.nn.gpt2.Gpt2Learner;
import io.centroid.nn.kernels.OpenBlas;
import io.centroid.nn.matrix.OneDnn;
import io.centroid.nn.matrix.Precision;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The CPU engine: dense networks and GPT-2 on OpenBLAS and fused Java loops. */
public record CpuEngine() implements LearnerFactory {

  @Override
  public String name() {
    return "cpu";
  }

  @Override
  public boolean supports(Architecture architecture) {
    return architecture instanceof Architecture.Mlp || architecture instanceof Architecture.Gpt2;
  }

  @Override
  public void require(Precision precision) {
    precision.require();
  }

  @Override
  public Learner create(NetworkSpec spec) {
    OpenBlas.require();
    if (spec.architecture() instanceof Architecture.Mlp mlp) {
      return new DenseLearner(spec, mlp);
    }
    Architecture.Gpt2 gpt2 = gpt2(spec);
    Gpt2Learner learner = new Gpt2Learner(gpt2.config(), classes(spec, gpt2), gpt2.execution());
    Gpt2Initialization.fill(gpt2.config(), learner.layout(), learner.parameters(), spec.seed());
    return learner;
  }

  @Override
  public ParameterLayout layout(NetworkSpec spec) {
    if (spec.architecture() instanceof Architecture.Mlp mlp) {
      return DenseNetwork.layout(spec, mlp);
    }
    Architecture.Gpt2 gpt2 = gpt2(spec);
    return Gpt2Layout.of(gpt2.config(), classes(spec, gpt2));
  }

  @Override
  public Optional<String> linearOutput(NetworkSpec spec) {
    return spec.architecture() instanceof Architecture.Mlp mlp
        ? Optional.of(Integer.toString(mlp.hidden().size()))
        : Optional.empty();
  }

  @Override
  public Map<String, String> versions() {
    Map<String, String> versions = new TreeMap<>(OpenBlas.versions());
    versions.put("engine", name());
    // Raise it with every change that makes results bitwise different.
    versions.put("kernels", "4");
    return versions;
  }

  @Override
  public Map<String, String> versions(Architecture architecture) {
    Map<String, String> versions = new TreeMap<>(versions());
    if (architecture instanceof Architecture.Gpt2 gpt2
        && gpt2.execution().precision() == Precision.BFLOAT16) {
      gpt2.execution().precision().require();
      versions.put("bfloat16", OneDnn.version());
    }
    return versions;
  }

  private static Architecture.Gpt2 gpt2(NetworkSpec spec) {
    if (spec.architecture() instanceof Architecture.Gpt2 gpt2) {
      return gpt2;
    }
    throw new IllegalArgumentException(
        "the engine cpu does not support model.name = " + spec.architecture().name());
  }

  private static int classes(NetworkSpec spec, Architecture.Gpt2 gpt2) {
    return gpt2.classifies() ? spec.outputs() : 0;
  }
}
