"""Walks the whole way of an agency against a fresh server, over HTTP alone, on SQLite and on PostgreSQL.

    python3 examples/agency/walk.py [--ansinh build/ansinh] [--people 10000] [--store sqlite|postgres|both]

It makes up a province, imports it, declares a payroll, takes the money, applies for a pension, decides, approves, pays, reads the
bank's answer, corrects a salary of the past, revises, pays the difference, appeals, reads the audit and proves the sums. Every step
says what it did; the first thing that is not as it must be ends the walk with what was expected. Nothing is needed but Python's own
library, the program, and PostgreSQL's for that store. The people and the bank are made up.
"""

from __future__ import annotations

import argparse
import getpass
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
import xml.etree.ElementTree as xml
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
LAW = "law/vn"
PASSWORD = "một mật khẩu chỉ để thử"
FUND, FUND_ACCOUNT = "retirement_survivors", "0011223344"


def say(text: str) -> None:
    print(f"  {text}", flush=True)


def must(is_so: bool, text: str, shown: object = "") -> None:
    if not is_so:
        sys.exit(f"not as it must be: {text}\n{shown}")
    say(text)


class Refused(Exception):
    def __init__(self, status: int, problem: dict):
        super().__init__(f"{status} {problem}")
        self.status, self.problem = status, problem


class Server:
    """`ansinh serve` on a day of the story; stopped when the day is over."""

    def __init__(self, program: str, store: str, day: str, more: list[str] | None = None):
        command = [program, "--lang", "en", "serve", "--db", store, "--law", LAW, "--on", day, "--port", "0", "--rate", "0", "--quiet", *(more or [])]
        self.process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        if not line.startswith("Listening on "):
            sys.exit(f"the server did not start: {line}")
        self.url = line.split()[-1]

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        if self.process.wait(30) != 0:
            sys.exit("the server did not end well")


class User:
    """Somebody who has logged in."""

    def __init__(self, server: Server, name: str):
        self.server, self.token = server, ""
        self.token = self.ask("POST", "/v1/session", {"user": name, "password": PASSWORD})["token"]

    def ask(self, method: str, path: str, body: object = None, kind: str = "application/json", headers: dict | None = None):
        data = body if isinstance(body, bytes) else json.dumps(body).encode() if body is not None else None
        request = urllib.request.Request(self.server.url + path, data=data, method=method, headers=headers or {})
        if data is not None:
            request.add_header("Content-Type", kind)
        if self.token:
            request.add_header("Authorization", f"Bearer {self.token}")
        try:
            with urllib.request.urlopen(request, timeout=600) as answer:
                bytes_ = answer.read()
                return json.loads(bytes_) if answer.headers["Content-Type"] == "application/json" else bytes_
        except urllib.error.HTTPError as fault:
            raise Refused(fault.code, json.loads(fault.read() or b"{}")) from None

    def get(self, path: str):
        return self.ask("GET", path)

    def post(self, path: str, body: object = None, **more):
        return self.ask("POST", path, body, **more)

    def refused(self, method: str, path: str, body: object = None) -> str:
        """The status and code of what must be refused."""
        try:
            self.ask(method, path, body)
        except Refused as fault:
            return f"{fault.status} {fault.problem.get('code')}"
        return "200"


# ---- The province -------------------------------------------------------------------------------


def write_province(folder: Path, people: int) -> list[tuple[str, Path]]:
    """persons.csv and work.csv of a made-up province, and Mrs Mai of examples/mai-pension."""
    dice = random.Random(20261124)
    families = ["Nguyễn", "Trần", "Lê", "Phạm", "Huỳnh", "Võ", "Đặng", "Bùi"]
    given = ["An", "Bình", "Cường", "Dung", "Hạnh", "Khánh", "Lan", "Minh", "Oanh", "Phúc", "Thảo", "Xuân"]
    persons, work = folder / "persons.csv", folder / "work.csv"
    mai = json.loads((ROOT / "examples" / "mai-pension--2025-09-01.json").read_text())["Person"]
    with persons.open("w") as out, work.open("w") as spells:
        out.write("id,name,national_number,sex,date_of_birth,province,commune\n")
        spells.write("person,id,from,to,salary\n")
        out.write(f"MAI,Hoàng Thị Mai,079168000001,female,{mai['date_of_birth']},lao_cai,10001\n")
        for n, spell in enumerate(mai["work"]):
            spells.write(f"MAI,{n},{spell['from']},{spell['to']},{spell['salary']}\n")
        for i in range(people - 1):
            sex = dice.choice(["male", "female"])
            name = f"{dice.choice(families)} {'Văn' if sex == 'male' else 'Thị'} {dice.choice(given)}"
            born = f"{dice.randrange(1940, 2005)}-{dice.randrange(1, 13):02}-{dice.randrange(1, 29):02}"
            out.write(f"P{i},{name},{i + 79_200_000_001:012},{sex},{born},lao_cai,{10001 + i % 99}\n")
            begin = dice.randrange(2000, 2024)
            spells.write(f"P{i},0,{begin}-01,{begin + 1}-12,{dice.randrange(40, 200) * 100_000}\n")
    return [("persons", persons), ("work", work)]


# ---- The bank -----------------------------------------------------------------------------------


class Bank:
    """Carries out what it is sent, and tells of it in camt.053."""

    def __init__(self, balance: int):
        self.balance, self.count = balance, 0
        self.arrived: dict[str, int] = {}

    def carry_out(self, message: bytes, day: str) -> bytes:
        space = {"p": "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"}
        root = xml.fromstring(message)
        number = root.findtext(".//p:GrpHdr/p:MsgId", namespaces=space)
        total = 0
        for one in root.iterfind(".//p:CdtTrfTxInf", space):
            amount = int(one.findtext("p:Amt/p:InstdAmt", namespaces=space))
            account = one.findtext("p:CdtrAcct/p:Id/p:Othr/p:Id", namespaces=space)
            self.arrived[account] = self.arrived.get(account, 0) + amount
            total += amount
        opening, self.balance, self.count = self.balance, self.balance - total, self.count + 1

        def balance(kind: str, amount: int) -> str:
            sign = "DBIT" if amount < 0 else "CRDT"
            return (
                f"<Bal><Tp><CdOrPrtry><Cd>{kind}</Cd></CdOrPrtry></Tp><Amt Ccy=\"VND\">{abs(amount)}</Amt>"
                f"<CdtDbtInd>{sign}</CdtDbtInd><Dt><Dt>{day}</Dt></Dt></Bal>"
            )

        text = (
            '<?xml version="1.0" encoding="UTF-8"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt>'
            f"<GrpHdr><MsgId>S{self.count}</MsgId><CreDtTm>{day}T20:00:00</CreDtTm></GrpHdr><Stmt><Id>S{self.count}</Id>"
            f"<Acct><Id><Othr><Id>{FUND_ACCOUNT}</Id></Othr></Id></Acct>{balance('OPBD', opening)}{balance('CLBD', self.balance)}"
            f"<Ntry><Amt Ccy=\"VND\">{total}</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>{day}</Dt></BookgDt>"
            f"<AcctSvcrRef>R{self.count}</AcctSvcrRef><BkTxCd><Prtry><Cd>NTRF</Cd></Prtry></BkTxCd>"
            f"<NtryDtls><Btch><PmtInfId>{number}</PmtInfId></Btch></NtryDtls></Ntry></Stmt></BkToCstmrStmt></Document>"
        )
        return text.encode()


# ---- The story ----------------------------------------------------------------------------------


def add_user(program: str, store: str, name: str, role: str, *more: str) -> None:
    subprocess.run([program, "user", "add", name, "--role", role, *more, "--db", store, "--as", "installer"], input=PASSWORD + "\n",
                   text=True, check=True, cwd=ROOT, stdout=subprocess.DEVNULL)  # fmt: skip


class Story:
    def __init__(self, program: str, store: str, folder: Path, people: int):
        self.program, self.store, self.folder, self.people = program, store, folder, people
        self.bank = Bank(10**12)
        self.mai = 0

    @contextmanager
    def day(self, day: str):
        print(f"{day}", flush=True)
        server = Server(self.program, self.store, day)
        try:
            yield lambda name: User(server, name)
        finally:
            server.stop()

    def users(self) -> None:
        for name, role in [("quan", "administrator"), ("lan", "officer"), ("minh", "approver"), ("tam", "approver"), ("kiem", "auditor")]:
            add_user(self.program, self.store, name, role)

    def import_province(self, admin: User) -> None:
        for table, path in write_province(self.folder, self.people):
            said = admin.post(f"/v1/imports?table={table}&source=civil", path.read_bytes(), kind="text/csv")
            must(said["rejected"] == 0 and said["rows"] >= self.people, f"imported {said['rows']:,} rows of {table}", said)
        again = admin.post("/v1/imports?table=persons&source=civil", (self.folder / "persons.csv").read_bytes(), kind="text/csv")
        must(again["statements"] == 0, "the same file again adds nothing", again)

    def payroll(self, lan: User) -> None:
        employer = lan.post("/v1/employers", {"code": "C1", "name": "Công ty Sao Mai"})["employer"]
        rows = [{"national_number": f"{i + 79_200_000_001:012}", "salary": 8_000_000, "work_region": "region_3"} for i in range(200)]
        declared = lan.post(f"/v1/employers/{employer}/payrolls", {"month": "2026-07", "is_whole": True, "rows": rows})
        must(declared["workers"] == 200 and declared["due_more"] > 0, f"200 workers declared, {declared['due_more']:,} đồng due", declared)
        half = declared["due_more"] // 2
        money = {"received_on": "2026-08-05", "amount": half, "key": "FT1"}
        taken = lan.post(f"/v1/employers/{employer}/receipts", money)
        must(taken["allocated"] == half, f"{half:,} đồng came in and were allocated", taken)
        must(not lan.post(f"/v1/employers/{employer}/receipts", money)["new"], "the same money again is not taken twice")
        account = lan.get(f"/v1/employers/{employer}/statement")
        must(account["open"] == declared["due_more"] - half, f"{account['open']:,} đồng are still owed", account)

    def apply(self, lan: User, minh: User) -> None:
        found = lan.get("/v1/persons?text=mai%20thi%20hoang&born=1968-12-10")["items"]
        self.mai = found[0]["person"]
        must(len(found) == 1, "found Mrs Mai by her name without marks, in another order", found)
        path = f"/v1/persons/{self.mai}"
        made = lan.post(path + "/applications", {"benefit": "retirement_pension"}, headers={"Idempotency-Key": "mai-1"})
        again = lan.post(path + "/applications", {"benefit": "retirement_pension"}, headers={"Idempotency-Key": "mai-1"})
        must(made == again, "the same application sent twice is one")
        decided = lan.post(f"{path}/applications/{made['application']}/decide")
        while decided["decided"] is None:
            must(bool(decided["missing"]), f"asked for: {[one['en'] for one in decided['missing']]}", decided)
            home = {"household": [{"fact": "poverty", "value": "not_poor"}, {"fact": "area", "value": "urban"}]}
            household = lan.post("/v1/persons", {"kind": "household", "statements": home["household"] + [{"fact": "province", "value": "lao_cai"}]})
            lan.post(path + "/relations", {"relation": "household", "other": household["person"]})
            lan.post(f"{path}/applications/{made['application']}/answer")
            decided = lan.post(f"{path}/applications/{made['application']}/decide")
        finding = decided["decided"]
        must(finding["status"] == "entitled", f"decided: {finding['terms'][0]['amount']:,} đồng a month", finding)
        must("41/2024" in json.dumps(finding, ensure_ascii=False), "the decision names the law that it rests on")
        must(lan.refused("POST", f"{path}/applications/{made['application']}/approve").startswith("403"), "its maker cannot approve it")
        minh.post(f"{path}/applications/{made['application']}/approve")
        lan.post(f"{path}/applications/{made['application']}/notify")
        letter = lan.get(f"{path}/decisions/{finding['decision']}/letter?language=vi")
        must(letter[:5] == b"%PDF-", f"the letter is a PDF of {len(letter):,} bytes")
        account = {"holder": "HOANG THI MAI", "bank": "BFTVVNVX", "number": "99887766"}
        lan.post(path + "/statements", {"statements": [{"fact": "registry.account", "value": account}]})

    def pay(self, lan: User, minh: User, month: str, day: str) -> dict:
        run = lan.post("/v1/payment-runs", {"month": month})
        must(lan.refused("POST", f"/v1/payment-runs/{run['run']}/release").startswith("403"), f"ordered {month}; who ordered cannot release")
        run = minh.post(f"/v1/payment-runs/{run['run']}/release")
        for file in run["files"]:
            statement = self.bank.carry_out(lan.get(f"/v1/payment-files/{file['file']}"), day)
            taken = lan.post("/v1/bank-reports", statement, kind="application/xml")
            must(taken["settled"] >= 1 and taken["unknown"] == 0, f"the bank paid {file['amount']:,} đồng", taken)
            must(lan.post("/v1/bank-reports", statement, kind="application/xml")["known"], "its statement again changes nothing")
        must(lan.get("/v1/reconciliation")["clean"], "reconciled: nothing is open")
        payments = lan.get(f"/v1/persons/{self.mai}/payments")["items"]
        must(payments[-1]["state"] == "settled", f"Mrs Mai's payment of {payments[-1]['amount']:,} đồng arrived", payments)
        return payments[-1]

    def correct(self, lan: User, minh: User) -> int:
        path = f"/v1/persons/{self.mai}"
        spells = [one for one in lan.get(path + "/statements?count=1000")["items"] if one["fact"] == "work" and not one["replaced_by"]]
        last = max(spells, key=lambda one: one["value"]["from"])
        value = dict(last["value"], salary=last["value"]["salary"] + 5_000_000)
        lan.post(path + "/statements", {"source": "labour inspection", "statements": [{"fact": "work", "value": value, "replaces": last["statement"]}]})
        found = lan.post("/v1/revisions", {})
        must(found["proposals"] == 1, "a salary of the past was corrected: one decision would be otherwise", found)
        proposal = lan.get(path + "/revisions")["items"][-1]
        must(lan.refused("POST", f"{path}/revisions/{proposal['revision']}/approve").startswith("403"), "an officer cannot approve it")
        done = minh.post(f"{path}/revisions/{proposal['revision']}/approve")
        must(done["payable"] > 0 and done["overpaid"] == 0, f"approved: {done['payable']:,} đồng are owed for the past", done)
        return done["payable"]

    def appeal(self, mai: User, lan: User, minh: User, tam: User) -> None:
        path = f"/v1/persons/{self.mai}"
        decision = mai.get(path + "/decisions")["items"][-1]["decision"]
        made = mai.post(f"{path}/decisions/{decision}/appeals", {"reason": "Tôi cho rằng còn thiếu năm 1994"})
        must(made["state"] == "received", "Mrs Mai appeals, with her own account", made)
        step = f"{path}/appeals/{made['appeal']}/uphold"
        must(minh.refused("POST", step, {"reason": "x"}).startswith("403"), "who approved the decision cannot answer the appeal")
        answered = tam.post(step, {"reason": "Không có chứng từ nào của năm 1994"})
        must(answered["state"] == "upheld", "somebody else does", answered)
        must(mai.refused("GET", f"/v1/persons/{self.mai + 1}").startswith("403"), "other people's files are closed to her")
        looked = {one["user"] for one in mai.get(path + "/access-log?count=1000")["items"]}
        must({"lan", "minh", "tam"} <= looked, f"she sees who looked at her file: {', '.join(sorted(looked))}")

    def prove(self, kiem: User) -> None:
        proof = kiem.get("/v1/proof")
        must(proof["equal"], f"all sums agree, {len(proof['lines'])} lines counted two ways", proof)
        chain = kiem.get("/v1/audit/verify")
        must(not chain["faults"] and chain["entries"] > 30, f"the audit's {chain['entries']:,} entries are unbroken", chain)
        for one in kiem.get(f"/v1/persons/{self.mai}/decisions")["items"]:
            again = kiem.get(f"/v1/persons/{self.mai}/decisions/{one['decision']}/replay")
            must(again["same"], f"decision {one['decision']} made again from its receipt is the same to the byte", again)

    def tell(self) -> None:
        self.users()
        with self.day("2026-08-05") as user:
            quan, lan, minh = user("quan"), user("lan"), user("minh")
            self.import_province(quan)
            fund = {"fund": FUND, "name_vi": "Quỹ hưu trí", "name_en": "Retirement fund", "currency": "VND", "decimals": 0,
                    "holder": "QUY HUU TRI", "bank": "BFTVVNVX", "number": FUND_ACCOUNT}  # fmt: skip
            lan.post("/v1/funds", fund)
            self.payroll(lan)
            self.apply(lan, minh)
            first = self.pay(lan, minh, "2026-08", "2026-08-06")
            add_user(self.program, self.store, "mai", "citizen", "--person", str(self.mai))
        with self.day("2026-09-05") as user:
            lan, minh = user("lan"), user("minh")
            owed = self.correct(lan, minh)
            second = self.pay(lan, minh, "2026-09", "2026-09-06")
            more = second["regular"] - first["regular"]
            must(more > 0 and second["back"] == owed, f"it holds {more:,} đồng more a month, and {owed:,} đồng of before", second)
            arrived = self.bank.arrived["99887766"]
            must(arrived == first["amount"] + second["amount"], f"her account at the bank has got {arrived:,} đồng, exactly that")
        with self.day("2026-09-20") as user:
            self.appeal(user("mai"), user("lan"), user("minh"), user("tam"))
            self.prove(user("kiem"))


@contextmanager
def postgres():
    """A server of our own in a folder of its own, as long as the story takes."""
    folder = Path(tempfile.mkdtemp(prefix="ansinh-walk-"))
    as_root = os.geteuid() == 0
    user = "postgres" if as_root else getpass.getuser()
    programs = max(Path("/usr/lib/postgresql").glob("*/bin"))
    if as_root:
        shutil.chown(folder, "postgres")

    def call(*words: object) -> None:
        command = [*(["runuser", "-u", "postgres", "--"] if as_root else []), *map(str, words)]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd="/")

    call(programs / "initdb", "-A", "trust", "-U", user, "-E", "UTF8", "--locale=C.UTF-8", "-D", folder / "data")
    with (folder / "data" / "postgresql.conf").open("a") as settings:
        settings.write(f"listen_addresses=''\nunix_socket_directories='{folder}'\n")
    call(programs / "pg_ctl", "-s", "-w", "-D", folder / "data", "-l", folder / "log", "start")
    try:
        call(programs / "createdb", "-h", folder, "-U", user, "walk")
        yield f"postgresql:///walk?host={folder}&user={user}"
    finally:
        call(programs / "pg_ctl", "-s", "-m", "immediate", "-D", folder / "data", "stop")
        shutil.rmtree(folder)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--ansinh", default=str(ROOT / "build" / "ansinh"))
    parser.add_argument("--people", type=int, default=10_000)
    parser.add_argument("--store", choices=["sqlite", "postgres", "both"], default="both")
    asked = parser.parse_args()
    program = str(Path(asked.ansinh).resolve())
    for kind in ["sqlite", "postgres"] if asked.store == "both" else [asked.store]:
        print(f"── {kind}", flush=True)
        begin = time.monotonic()
        folder = Path(tempfile.mkdtemp(prefix="ansinh-walk-"))
        try:
            if kind == "sqlite":
                Story(program, str(folder / "agency.db"), folder, asked.people).tell()
            else:
                with postgres() as store:
                    Story(program, store, folder, asked.people).tell()
        finally:
            shutil.rmtree(folder)
        print(f"── {kind}: the whole way, {time.monotonic() - begin:.0f} s", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
