"""Measures the agency's work on SQLite and on PostgreSQL, and writes bench/agency.json.

    python3 bench/agency.py [--build DIR] [--people N] [--awards N] FIGURE...

A FIGURE is a function below marked @figure; without any, all are taken. Each entry is {name, unit, value, target, people,
taken_at, note}; what is not run keeps its entry. The people are made up and the same each time. PostgreSQL is started in
a folder of its own with a socket there, and stopped at the end (docs/registry.md, "Figures").
"""

from __future__ import annotations

import argparse
import datetime
import getpass
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "bench" / "agency.json"
LAW = "law/vn"
MILLION = 1_000_000

FIGURES: dict[str, Callable[[Bench], None]] = {}


def figure(work: Callable[[Bench], None]) -> Callable[[Bench], None]:
    """A figure by the name of its function."""
    FIGURES[work.__name__] = work
    return work


def progress(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


class Postgres:
    """A server of our own, as long as it is needed. Durable: its defaults are kept."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="ansinh-bench-", dir=os.environ.get("ANSINH_BENCH_DIR", "/tmp")))
        self.as_root = os.geteuid() == 0
        self.user = "postgres" if self.as_root else getpass.getuser()
        self.bin = max(Path("/usr/lib/postgresql").glob("*/bin"))
        if self.as_root:
            shutil.chown(self.folder, "postgres")
        self.call(self.bin / "initdb", "-A", "trust", "-U", self.user, "-E", "UTF8", "--locale=C.UTF-8", "-D", self.folder / "data")
        settings = f"listen_addresses=''\nunix_socket_directories='{self.folder}'\nshared_buffers='512MB'\nmax_wal_size='4GB'\n"
        path = self.folder / "data" / "postgresql.conf"
        path.write_text(path.read_text() + settings)
        self.call(self.bin / "pg_ctl", "-s", "-w", "-D", self.folder / "data", "-l", self.folder / "log", "start")

    def call(self, *command: object) -> None:
        words = [str(word) for word in command]
        if self.as_root:
            words = ["runuser", "-u", "postgres", "--", *words]
        subprocess.run(words, check=True, stdout=subprocess.DEVNULL, cwd="/")

    def make(self, name: str) -> str:
        self.call(self.bin / "dropdb", "--if-exists", "-h", self.folder, "-U", self.user, name)
        self.call(self.bin / "createdb", "-h", self.folder, "-U", self.user, name)
        return f"postgresql:///{name}?host={self.folder}&user={self.user}"

    def analyze(self, name: str, tables: str) -> None:
        """What the server does by itself within minutes; it leaves tables alone that have no rows."""
        named = [word for table in tables.split() for word in ("-t", table)]
        self.call(self.bin / "vacuumdb", "-q", "--analyze-only", *named, "-h", self.folder, "-U", self.user, name)

    def stop(self) -> None:
        self.call(self.bin / "pg_ctl", "-s", "-m", "immediate", "-D", self.folder / "data", "stop")
        shutil.rmtree(self.folder)


class Bench:
    """The program, the folder for what it needs, and what was measured."""

    def __init__(self, build: Path, people: int, awards: int) -> None:
        self.build, self.people, self.awards = build, people, awards
        self.data = build / "agency-bench"
        self.data.mkdir(parents=True, exist_ok=True)
        self.rows: dict[str, dict] = {}
        self._postgres: Postgres | None = None

    @property
    def postgres(self) -> Postgres:
        if self._postgres is None:
            self._postgres = Postgres()
        return self._postgres

    def close(self) -> None:
        if self._postgres is not None:
            self._postgres.stop()

    def ansinh(self, *words: object) -> str:
        """What the program prints; ends the run if it fails."""
        command = [str(self.build / "ansinh"), "--lang", "en", *map(str, words)]
        done = subprocess.run(command, cwd=ROOT, text=True, stdout=subprocess.PIPE)
        if done.returncode != 0:
            sys.exit(f"failed: {' '.join(command)}\n{done.stdout}")
        return done.stdout

    def fresh(self, kind: str, name: str) -> str:
        """An empty store: what --db takes."""
        if kind == "postgres":
            return self.postgres.make(name)
        path = self.data / f"{name}.db"
        for old in self.data.glob(f"{name}.db*"):
            old.unlink()
        return str(path)

    def pensioners(self, kind: str, name: str, benefit: str = "social_pension") -> str:
        """A store with `awards` people who have an approved decision and an award in payment."""
        store = self.fresh(kind, name)
        progress(f"making {self.awards:,} awards")
        command = [self.build / "ansinh_bench_awards", "--db", store, "--law", LAW, "--people", self.awards, "--benefit", benefit]
        subprocess.run([str(word) for word in command], check=True, cwd=ROOT)
        if kind == "postgres":
            self.postgres.analyze(name, "person profile statement application decision decision_event award award_term letter notice")
        return store

    def keep(self, name: str, unit: str, value: float, target: float | None, note: str = "", people: int = 0) -> None:
        now = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d %H:%M UTC")
        load = os.getloadavg()[0]
        self.rows[name] = {
            "name": name,
            "unit": unit,
            "value": round(value, 3),
            "target": target,
            "people": people or self.people,
            "taken_at": now,
            "load": round(load, 1),
            "note": note,
        }
        progress(f"{name}: {value:.3f} {unit} (target {target}; load {load:.1f}) {note}")


# ---- People -------------------------------------------------------------------------------------

# Shares of names as in Viet Nam, roughly; what is left over is spread over the rest.
FAMILIES = "Nguyễn:38 Trần:11 Lê:9 Phạm:7 Huỳnh:5 Phan:4 Vũ:4 Đặng:2 Bùi:2 Đỗ:2 Hồ:1 Ngô:1 Dương:1 Lý:1 Đinh:1 Mai:1 Trương:1 Đoàn:1 Hà:1 Cao:1"
MIDDLE_MALE = "Văn:40 Hữu:8 Đức:8 Công:6 Quang:6 Minh:6 Đình:5 Xuân:4 Thanh:4 Ngọc:4 Quốc:4 Bá:2 Trọng:3"
MIDDLE_FEMALE = "Thị:60 Ngọc:8 Thu:5 Thanh:5 Kim:4 Minh:4 Hồng:4 Phương:3 Bích:3 Mỹ:2 Thùy:2"
GIVEN_MALE = (
    "Hùng Dũng Tuấn Anh Minh Hải Nam Long Sơn Tùng Thắng Cường Hiếu Đạt Bình Khoa Phúc Quân Trung Hoàng Việt Lâm Kiên Thành "
    "Vinh Tâm Phong Nghĩa Khánh Duy Bảo Tiến Toàn Trí An Thịnh Tài Lộc Phát Đông Giang Hưng Huy Khôi Luân Mạnh Nhân Quý Sang Thái"
)
GIVEN_FEMALE = (
    "Lan Hương Hoa Mai Linh Trang Thảo Hà Hằng Nga Thủy Hạnh Oanh Yến Nhung Phượng Dung Ngân Vân Chi Thu Loan Hiền Tuyết "
    "Nhi Quỳnh Trâm Vy My Diễm Liên Huệ Cúc Đào Xuân Hồng Thúy Tú Bích Diệp Giang Kiều Lệ Nguyệt Nương Sen Thơ Trinh Uyên Xoan"
)


def spread(shares: str) -> list[str]:
    return [name for part in shares.split() for name, share in [part.split(":")] for _ in range(int(share))]


def write_people(folder: Path, people: int) -> tuple[Path, Path]:
    """persons.csv and work.csv (eight spells each), the same for each number of people; made once."""
    persons, work = folder / f"{people}" / "persons.csv", folder / f"{people}" / "work.csv"
    if work.exists():
        return persons, work
    progress(f"making {people:,} people")
    persons.parent.mkdir(parents=True, exist_ok=True)
    dice = random.Random(20261123)
    families, male, female = spread(FAMILIES), spread(MIDDLE_MALE), spread(MIDDLE_FEMALE)
    given_male, given_female = GIVEN_MALE.split(), GIVEN_FEMALE.split()
    provinces = ["ha_noi", "ho_chi_minh", "nghe_an", "ca_mau", "lao_cai", "da_nang"]
    pick = dice.choice
    temporary = work.with_suffix(".part")
    with persons.open("w") as out, temporary.open("w") as spells:
        out.write("id,name,national_number,sex,date_of_birth,province,commune\n")
        spells.write("person,id,from,to,salary,employer_id\n")
        for i in range(people):
            is_male = dice.random() < 0.5
            words = [pick(families), pick(male if is_male else female)]
            if dice.random() < 0.3:
                words.append(pick(given_male if is_male else given_female))
            words.append(pick(given_male if is_male else given_female))
            year, month, day = dice.randrange(1945, 2005), dice.randrange(1, 13), dice.randrange(1, 29)
            province = dice.randrange(len(provinces))
            out.write(
                f"P{i:07},{' '.join(words)},{i * 7 + 1_000_000:012},{'male' if is_male else 'female'},"
                f"{year}-{month:02}-{day:02},{provinces[province]},{province * 1000 + dice.randrange(300):05}\n"
            )
            at, salary = dice.randrange(1995 * 12, 2005 * 12), dice.randrange(10, 60) * 100_000
            for n in range(8):
                until = at + dice.randrange(6, 30)
                end = "ongoing" if n == 7 and year > 1966 else f"{until // 12}-{until % 12 + 1:02}"
                spells.write(f"P{i:07},{n},{at // 12}-{at % 12 + 1:02},{end},{salary},E{dice.randrange(5000)}\n")
                at, salary = until + 1 + (dice.randrange(12) if n % 3 == 2 else 0), salary + dice.randrange(20) * 50_000
    temporary.rename(work)
    return persons, work


# ---- Figures ------------------------------------------------------------------------------------


def import_people(bench: Bench, kind: str, target: float) -> None:
    files = write_people(bench.data, bench.people)
    store = bench.fresh(kind, "registry")
    begin = time.monotonic()
    said = bench.ansinh("registry", "import", "--db", store, "--law", LAW, "--source", "bench", *files)
    bench.keep(f"import_{kind}", "s", time.monotonic() - begin, target * bench.people / MILLION, said.strip().splitlines()[-1])
    find_people(bench, kind, store)


def find_people(bench: Bench, kind: str, store: str) -> None:
    """p99 of 2,000 searches of one kind after another, each as an officer would type it."""
    dice = random.Random(7)
    queries = []
    with (write_people(bench.data, bench.people)[0]).open() as file:
        rows = file.read().splitlines()[1:]
    for i in range(2_000):
        cells = dice.choice(rows).split(",")
        words = cells[1].split()
        dice.shuffle(words)
        if i % 5 == 0:
            queries.append((" ".join(words), ""))  # the whole name, in any order
        elif i % 5 == 1:
            queries.append((unmarked(cells[1]), ""))
        elif i % 5 == 2:
            queries.append((" ".join(words[:2]), cells[4] if i % 2 else ""))
        elif i % 5 == 3:
            queries.append((unmarked(cells[1]), cells[4][:4]))
        else:
            queries.append((cells[2], ""))
    path = bench.data / "queries.csv"
    path.write_text("text,born\n" + "".join(f"{text},{born}\n" for text, born in queries))
    said = bench.ansinh("registry", "search", "--db", store, "--batch", path)
    numbers = dict(re.findall(r"(\w+) ([\d.]+)", said))
    bench.keep(f"find_p99_{kind}", "ms", float(numbers["p99_ms"]), 20, said.strip())


def unmarked(text: str) -> str:
    import unicodedata

    plain = unicodedata.normalize("NFD", text.replace("Đ", "D").replace("đ", "d"))
    return "".join(c for c in plain if not unicodedata.combining(c)).lower()


@figure
def import_sqlite(bench: Bench) -> None:
    import_people(bench, "sqlite", 90)


@figure
def import_postgres(bench: Bench) -> None:
    import_people(bench, "postgres", 120)


def raised_law(bench: Bench) -> Path:
    """The law with a social pension that is a tenth higher, back to its first day."""
    folder = bench.data / "law-raised"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(ROOT / LAW, folder)
    path = folder / "social-pension.md"
    before = path.read_text()
    after = before.replace("| 2025-07-01 | 500_000 |", "| 2025-07-01 | 550_000 |")
    if after == before:
        sys.exit("the level of the social pension of 2025-07-01 is not where it was")
    path.write_text(after)
    return folder


def timed(work: Callable[[], str]) -> tuple[float, str]:
    begin = time.monotonic()
    said = work()
    return time.monotonic() - begin, said.strip().splitlines()[-1]


def keep_by_award(bench: Bench, name: str, seconds: float, target: float | None, said: str) -> None:
    share = bench.awards / MILLION
    note = f"{seconds / bench.awards * 1e6:.0f} µs an award; {said}"
    bench.keep(name, "s", seconds, None if target is None else target * share, note, bench.awards)


def revise(bench: Bench, kind: str) -> None:
    """A law that changed back in time: all awards decided again, then all proposals approved, after a month was paid."""
    store, law = bench.pensioners(kind, "revision"), raised_law(bench)
    bench.ansinh("pay", "run", "--db", store, "--month", "2025-09", "--as", "lan")
    seconds, said = timed(lambda: bench.ansinh("revision", "find", "--db", store, "--law", law, "--benefit", "social_pension", "--as", "lan"))
    if said != f"{bench.awards} persons, {bench.awards} proposals":
        sys.exit(f"not all was proposed: {said}")
    keep_by_award(bench, f"revision_{kind}", seconds, 300, said)
    cause = re.search(r"\((law \w+)\)", bench.ansinh("revision", "open", "--db", store, "--law", law))
    assert cause is not None
    seconds, said = timed(
        lambda: bench.ansinh("revision", "approve-all", "--db", store, "--law", law, "--cause", cause[1], "--role", "director", "--as", "minh")
    )
    if not said.startswith(f"{bench.awards} approved, 0 left"):
        sys.exit(f"not all was approved: {said}")
    keep_by_award(bench, f"revision_approval_{kind}", seconds, None, said)


def pay_month(bench: Bench, kind: str, target: float) -> None:
    """A month ordered, released and written for the bank."""
    store = bench.pensioners(kind, "payment")
    account = ["--name-vi", "Ngân sách", "--name-en", "Budget", "--holder", "KHO BAC", "--bank", "BFTVVNVX", "--number", "0011223344"]
    bench.ansinh("ledger", "fund", "--db", store, "state_budget", "--currency", "VND", "--decimals", "0", *account)
    out = bench.data / "bank"
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir()

    def work() -> str:
        said = bench.ansinh("pay", "run", "--db", store, "--month", "2025-09", "--as", "lan")
        bench.ansinh("pay", "release", "--db", store, "1", "--as", "minh")
        bench.ansinh("pay", "file", "--db", store, "1", "--out", out)
        return said

    seconds, said = timed(work)
    written = sum(path.read_text().count("<EndToEndId>") for path in out.iterdir())
    if written != bench.awards:
        sys.exit(f"{written} payments in the files")
    keep_by_award(bench, f"payment_run_{kind}", seconds, target, said)


@figure
def revision_sqlite(bench: Bench) -> None:
    revise(bench, "sqlite")


@figure
def revision_postgres(bench: Bench) -> None:
    revise(bench, "postgres")


@figure
def payment_run_sqlite(bench: Bench) -> None:
    pay_month(bench, "sqlite", 60)


@figure
def payment_run_postgres(bench: Bench) -> None:
    pay_month(bench, "postgres", 90)


def main() -> int:
    sys.modules["agency"] = sys.modules[__name__]
    import agency_http  # noqa: F401  (its figures)

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", type=Path, default=ROOT / "build")
    parser.add_argument("--people", type=int, default=MILLION)
    parser.add_argument("--awards", type=int, default=MILLION, help="of revision_… and payment_run_…")
    parser.add_argument("figures", nargs="*", metavar="FIGURE", help=", ".join(FIGURES))
    asked = parser.parse_args()
    unknown = [name for name in asked.figures if name not in FIGURES]
    if unknown:
        parser.error(f"no such figure: {', '.join(unknown)}; there are {', '.join(FIGURES)}")
    bench = Bench(asked.build.resolve(), asked.people, asked.awards)
    try:
        for name in asked.figures or FIGURES:
            FIGURES[name](bench)
    finally:
        bench.close()
    kept = {row["name"]: row for row in json.loads(RESULTS.read_text())} if RESULTS.exists() else {}
    kept.update(bench.rows)
    RESULTS.write_text(json.dumps(sorted(kept.values(), key=lambda row: row["name"]), indent=2, ensure_ascii=False) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
