"""What all tables share: the metadata, the UTC moment, and the columns that recur."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    Column,
    Date,
    DateTime,
    Dialect,
    ForeignKey,
    Integer,
    MetaData,
    String,
    TypeDecorator,
)
from typing_extensions import override


class UtcMoment(TypeDecorator[datetime]):
    """An aware UTC moment; SQLite keeps it without zone, PostgreSQL as timestamptz."""

    impl = DateTime(timezone=True)
    cache_ok = True

    @override
    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs its time zone")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    @override
    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def customer(*, nullable: bool = False) -> Column[Any]:
    """The customer a row belongs to."""
    return Column("customer", String(40), ForeignKey("customers.number"), nullable=nullable)


def contract(*, nullable: bool = False) -> Column[Any]:
    """The contract a row belongs to."""
    return Column("subscription", String(60), ForeignKey("subscriptions.id"), nullable=nullable)


def money(name: str = "amount_minor", *, nullable: bool = False) -> Column[Any]:
    """An amount in cents of the row's currency."""
    return Column(name, Integer, nullable=nullable)


def currency() -> Column[Any]:
    """ISO 4217."""
    return Column("currency", String(3), nullable=False, server_default="EUR")


def moment(name: str = "at", *, nullable: bool = False) -> Column[Any]:
    """An aware UTC moment."""
    return Column(name, UtcMoment, nullable=nullable)


def day(name: str, *, nullable: bool = False) -> Column[Any]:
    """A day in Europe/Berlin."""
    return Column(name, Date, nullable=nullable)
