//! The native half of the Python package `dalel`: the stages over Arrow batches, without the interpreter's lock.
//!
//! Arrow comes and goes through the C data interface (`__arrow_c_stream__`), so tables of pandas, Polars, `DuckDB` and
//! pyarrow are taken as they are and not copied.
#![expect(clippy::needless_pass_by_value, reason = "PyO3 hands arguments over by value")]

use arrow::array::{Array, ArrayData, RecordBatch, RecordBatchOptions, RecordBatchReader, make_array};
use arrow::compute::concat_batches;
use arrow::datatypes::SchemaRef;
use arrow::error::ArrowError;
use arrow::ffi_stream::ArrowArrayStreamReader;
use arrow_pyarrow::{FromPyArrow, ToPyArrow};
use dalel::dedup::parts::IdPairs;
use dalel::knowledge::Knowledge;
use dalel::read::ReadError;
use dalel::record::schema::Table;
use dalel::run::{Batches, Job, RunError, Silent, Until, exchange, shard};
use pyo3::exceptions::{PyOSError, PyRuntimeError, PyTypeError, PyValueError};
use pyo3::prelude::*;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};

fn failed(error: &RunError) -> PyErr {
    let message = error.to_string();
    match error {
        RunError::Io { .. } | RunError::Read(ReadError::Io { .. }) => PyOSError::new_err(message),
        RunError::Unaccounted { .. } | RunError::Assertion(_) => PyRuntimeError::new_err(message),
        _ => PyValueError::new_err(message),
    }
}

fn wrong(error: impl std::fmt::Display) -> PyErr {
    PyValueError::new_err(error.to_string())
}

/// All rows of whatever holds Arrow data, as one batch.
fn rows(input: &Bound<'_, PyAny>) -> PyResult<RecordBatch> {
    if !input.hasattr("__arrow_c_stream__")? {
        return Err(PyTypeError::new_err(format!(
            "expected Arrow data (a pyarrow table or batch, a data frame of pandas or Polars, a DuckDB relation), not {}",
            input.get_type().name()?
        )));
    }
    let reader = ArrowArrayStreamReader::from_pyarrow_bound(input)?;
    input.py().detach(|| {
        let schema = reader.schema();
        let batches: Vec<RecordBatch> = reader.collect::<Result<_, _>>().map_err(wrong)?;
        let batches = batches.iter().map(sound).collect::<Result<Vec<_>, _>>().map_err(wrong)?;
        match batches.as_slice() {
            [batch] => Ok(batch.clone()),
            all => concat_batches(&schema, all).map_err(wrong),
        }
    })
}

/// The interface promises valid offsets and UTF-8, but the programs at its other end may not keep it; and Java leaves
/// the offsets of an array without values unwritten.
fn sound(batch: &RecordBatch) -> Result<RecordBatch, ArrowError> {
    fn checked(data: &ArrayData) -> Result<ArrayData, ArrowError> {
        if data.is_empty() {
            return Ok(ArrayData::new_empty(data.data_type()));
        }
        let children = data.child_data().iter().map(checked).collect::<Result<_, _>>()?;
        data.clone().into_builder().child_data(children).build()
    }
    let columns = batch.columns().iter().map(|column| Ok(make_array(checked(&column.to_data())?)));
    let columns = columns.collect::<Result<Vec<_>, ArrowError>>()?;
    let rows = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
    RecordBatch::try_new_with_options(batch.schema(), columns, &rows)
}

fn out(py: Python<'_>, batch: RecordBatch) -> PyResult<Bound<'_, PyAny>> {
    batch.to_pyarrow(py)
}

/// The stages, compiled once with the thresholds of a job. Safe to share between threads.
#[pyclass(frozen, module = "dalel")]
struct Engine {
    job: Job,
    knowledge: Knowledge,
    batches: Arc<Batches>,
}

#[pymethods]
impl Engine {
    #[new]
    #[pyo3(signature = (job = None, knowledge = None))]
    fn new(py: Python<'_>, job: Option<&str>, knowledge: Option<PathBuf>) -> PyResult<Self> {
        py.detach(|| {
            let job = job.map_or_else(|| Ok(Job::default()), |text| Job::parse("job", text))?;
            let knowledge = match knowledge {
                Some(root) => Knowledge::open(&root)?,
                None => Knowledge::embedded(),
            };
            let batches = Arc::new(Batches::new(&job, &knowledge)?);
            Ok(Self { job, knowledge, batches })
        })
        .map_err(|error: RunError| failed(&error))
    }

    fn clean<'py>(
        &self,
        py: Python<'py>,
        pages: &Bound<'py, PyAny>,
    ) -> PyResult<(Bound<'py, PyAny>, Bound<'py, PyAny>)> {
        let pages = rows(pages)?;
        let (articles, rejects) = py.detach(|| self.batches.clean(&pages)).map_err(|e| failed(&e))?;
        Ok((out(py, articles)?, out(py, rejects)?))
    }

    fn extract<'py>(
        &self,
        py: Python<'py>,
        articles: &Bound<'py, PyAny>,
    ) -> PyResult<(Bound<'py, PyAny>, Bound<'py, PyAny>)> {
        let articles = rows(articles)?;
        let (mentions, rejects) = py.detach(|| self.batches.extract(&articles)).map_err(|e| failed(&e))?;
        Ok((out(py, mentions)?, out(py, rejects)?))
    }

    fn dedup<'py>(
        &self,
        py: Python<'py>,
        articles: &Bound<'py, PyAny>,
        mentions: &Bound<'py, PyAny>,
    ) -> PyResult<Vec<Bound<'py, PyAny>>> {
        let (articles, mentions) = (rows(articles)?, rows(mentions)?);
        let tables = py.detach(|| self.batches.dedup(&[articles], &[mentions])).map_err(|e| failed(&e))?;
        tables.into_iter().map(|table| out(py, table)).collect()
    }

    #[pyo3(signature = (input, output, *, publish = false, threads = 0))]
    fn run(
        &self,
        py: Python<'_>,
        input: Vec<PathBuf>,
        output: PathBuf,
        publish: bool,
        threads: usize,
    ) -> PyResult<BTreeMap<String, usize>> {
        let mut job = self.job.clone();
        job.read.input = input;
        job.run.threads = threads;
        let until = if publish { Until::Publish } else { Until::Dedup };
        let outcome = py.detach(|| dalel::run::run(&job, &output, &self.knowledge, until, &Silent));
        Ok(outcome.map_err(|error| failed(&error))?.rows)
    }

    /// Files → batches of units, one chunk at a time, on one thread beside the caller's; two chunks wait at most.
    fn read(&self, paths: Vec<PathBuf>) -> PyResult<Units> {
        let (send, receive) = sync_channel(2);
        let (batches, job) = (self.batches.clone(), self.job.clone());
        std::thread::Builder::new()
            .name("dalel-read".into())
            .spawn(move || {
                let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build();
                let emit = |batch| send.send(Ok(batch)).is_ok();
                let done = match pool {
                    Ok(pool) => pool.install(|| batches.shard(&job, &paths, emit)),
                    Err(error) => Err(RunError::Job(error.to_string())),
                };
                if let Err(error) = done {
                    // A caller who has gone away does not want to know.
                    let _ = send.send(Err(error));
                }
            })
            .map_err(|e| PyRuntimeError::new_err(e.to_string()))?;
        Ok(Units { receive: Mutex::new(receive) })
    }

    fn pairs<'py>(&self, py: Python<'py>, candidates: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        let candidates = rows(candidates)?;
        let pairs = py.detach(|| self.batches.pairs(&candidates)).map_err(|e| failed(&e))?;
        out(py, pairs)
    }

    fn part<'py>(&self, py: Python<'py>, batches: Vec<Bound<'py, PyAny>>) -> PyResult<Vec<Bound<'py, PyAny>>> {
        let batches = batches.iter().map(rows).collect::<PyResult<Vec<_>>>()?;
        let tables = py.detach(|| self.batches.part(&batches)).map_err(|e| failed(&e))?;
        tables.into_iter().map(|table| out(py, table)).collect()
    }

    fn joined(&self) -> (IdPairs, IdPairs) {
        self.batches.joined()
    }
}

/// The batches of `Engine.read`.
#[pyclass(frozen, module = "dalel")]
struct Units {
    receive: Mutex<Receiver<Result<RecordBatch, RunError>>>,
}

#[pymethods]
impl Units {
    fn __iter__(slf: PyRef<'_, Self>) -> PyRef<'_, Self> {
        slf
    }

    fn __next__<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        let next = py.detach(|| {
            let receive = self.receive.lock().unwrap_or_else(PoisonError::into_inner);
            receive.recv().ok()
        });
        next.map(|batch| out(py, batch.map_err(|e| failed(&e))?)).transpose()
    }
}

/// Who meets under the keys of one partition.
#[pyclass(frozen, module = "dalel")]
#[derive(Default)]
struct Meets(Mutex<exchange::Meets>);

#[pymethods]
impl Meets {
    #[new]
    fn new() -> Self {
        Self::default()
    }

    fn push<'py>(&self, py: Python<'py>, keys: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        let keys = rows(keys)?;
        let hits = py.detach(|| {
            let mut meets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            meets.push(&keys)
        });
        out(py, hits.map_err(|e| failed(&e))?)
    }
}

/// The Arrow schema of a table (`articles`, `mentions`, …) or of an exchange (`units`, `hits`, `pairs`, `part`).
#[pyfunction]
#[pyo3(signature = (name, plain = false))]
fn schema<'py>(py: Python<'py>, name: &str, plain: bool) -> PyResult<Bound<'py, PyAny>> {
    let schema: SchemaRef = match name {
        "units" => shard::schema(),
        "hits" => exchange::hits_schema(),
        "pairs" => exchange::pairs_schema(),
        "part" => exchange::part_schema(),
        table => match Table::from_name(table) {
            Some(table) if plain => exchange::plain_schema(table),
            Some(table) => table.arrow_private(),
            None => return Err(PyValueError::new_err(format!("no table is called {table:?}"))),
        },
    };
    schema.to_pyarrow(py)
}

#[pymodule]
fn _dalel(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add("ENOUGH", dalel::dedup::parts::ENOUGH)?;
    module.add("__version__", env!("CARGO_PKG_VERSION"))?;
    module.add_class::<Engine>()?;
    module.add_class::<Units>()?;
    module.add_class::<Meets>()?;
    module.add_function(wrap_pyfunction!(schema, module)?)
}
