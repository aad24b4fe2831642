"""Imports an Airflow DAG with stubs of Airflow and pendulum and prints its declaration.

Usage: import_dag.py FILE [CODE]; with CODE, the operator's spark-submit exits with that code.
"""

import importlib.util
import json
import sys
import types


class StubDag:
    current = None

    def __init__(self, **arguments):
        self.arguments, self.tasks = arguments, []

    def __enter__(self):
        StubDag.current = self
        return self

    def __exit__(self, *_):
        pass


class StubSparkSubmitOperator:
    code = 0

    # The parameters of the real operator that the DAG uses; unknown ones fail.
    def __init__(self, *, task_id, conn_id, application, java_class, application_args, properties_file,
                 driver_class_path, env_vars, execution_timeout):
        self.arguments = dict(locals())
        StubDag.current.tasks.append(self)

    def execute(self, context):
        if StubSparkSubmitOperator.code:
            # The message of airflow.providers.apache.spark.hooks.spark_submit.
            raise StubAirflowException(
                f"Cannot execute: spark-submit. Error code is: {StubSparkSubmitOperator.code}.")


class StubAirflowException(Exception):
    pass


class StubFail(StubAirflowException):
    pass


class StubSkip(StubAirflowException):
    pass


def stub(name, **members):
    module = types.ModuleType(name)
    module.__dict__.update(members)
    sys.modules[name] = module


stub("pendulum", datetime=lambda *day, tz: {"day": day, "tz": tz})
stub("airflow", DAG=StubDag)
stub("airflow.exceptions", AirflowException=StubAirflowException, AirflowFailException=StubFail,
     AirflowSkipException=StubSkip)
for package in ("airflow.providers", "airflow.providers.apache", "airflow.providers.apache.spark",
                "airflow.providers.apache.spark.operators"):
    stub(package)
stub("airflow.providers.apache.spark.operators.spark_submit", SparkSubmitOperator=StubSparkSubmitOperator)

spec = importlib.util.spec_from_file_location("dag", sys.argv[1])
module = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)
dag = module.dag
(task,) = dag.tasks
if len(sys.argv) > 2:
    StubSparkSubmitOperator.code = int(sys.argv[2])
    try:
        task.execute({})
        outcome = "success"
    except StubSkip:
        outcome = "skipped"
    except StubFail:
        outcome = "failed for good"
    except StubAirflowException:
        outcome = "retried"
    print(json.dumps({"outcome": outcome}))
else:
    print(json.dumps({
        "schedule": dag.arguments["schedule"],
        "zone": dag.arguments["start_date"]["tz"],
        "catchup": dag.arguments["catchup"],
        "active": dag.arguments["max_active_runs"],
        "retries": dag.arguments["default_args"]["retries"],
        "class": task.arguments["java_class"],
        "arguments": task.arguments["application_args"],
    }))
