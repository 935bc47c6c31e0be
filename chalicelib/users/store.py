"""Items of users, of their addresses and of the subjects they are known by at identity providers.

ORG#{organization_id} / USER#{user_id}   the user
EMAIL#{domain} / EMAIL#{local part}      whose address it is, with what a sign-in must know of that user; one partition
                                         a domain, so that a strongly consistent query finds all of its addresses
SUBJECT#{sha256} / SUBJECT               which user an identity provider's name ID stands for
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from chalicelib.aws.condition import absent, equals
from chalicelib.aws.dynamodb import Lookup, Range
from chalicelib.aws.item import Item, Key, instant, instant_of, optional_instant_of
from chalicelib.aws.transaction import Write, check, delete, put, update
from chalicelib.errors import Conflict, SsoError, Stale
from chalicelib.sessions.model import AuthenticationMethod
from chalicelib.users.model import AddressEntry, Role, User, UserStatus

_ADDRESS: Final = "EMAIL#"


def user_key(organization_id: str, user_id: str) -> Key:
    """Where a user lies."""
    return Key(f"ORG#{organization_id}", f"USER#{user_id}")


def user_lookup(organization_id: str, user_id: str) -> Lookup[User]:
    """A user of this organization."""
    return Lookup(user_key(organization_id, user_id), _parse)


def users_of(organization_id: str) -> Range[User]:
    """All users of an organization."""
    return Range(f"ORG#{organization_id}", "USER#", _parse)


def create_user(user: User) -> tuple[Write, ...]:
    """A new user with their address. Goes with `count_admins` or `require_exists`, and `require_domain_not_foreign`.

    A displaced user, as another deployment had them, has no address.
    """
    exists = Conflict("conflict", "This user exists already.")
    write = put(user_key(user.organization_id, user.id), _item(user), absent(), exists)
    return (write,) if user.displaced_at else (write, _take_address(user))


def change_user(
    changed: User,
    *,
    before: User,
    signed_in_at: datetime | None = None,
    signed_in_with: AuthenticationMethod | None = None,
) -> tuple[Write, ...]:
    """Everything but the times of sign-in, if nobody changed the user since; raises the version.

    Args:
        signed_in_at, signed_in_with: given where a sign-in is what changes the user; then nobody may have signed in as
            them since, either.
    """
    raised = _item(changed) | {"version": before.version + 1}
    values = {name: value for name, value in raised.items() if not name.startswith("last_")}
    condition = equals(version=before.version)
    if signed_in_at and signed_in_with:
        values |= _sign_in(signed_in_at, signed_in_with)
        condition &= equals(last_sign_in_at=instant(before.last_sign_in_at))
    key = user_key(changed.organization_id, changed.id)
    stale = _stale()
    write = update(key, values, condition=condition, refused=stale)
    if changed.displaced_at:
        return (write,)
    if before.displaced_at:
        return (write, _take_address(changed))
    if changed.email == before.email:
        return (write, put(_address_key(changed.email), _address_item(changed), equals(user_id=changed.id), stale))
    return (write, _take_address(changed), _give_address_up(before, stale))


def require_unchanged(user: User, refused: SsoError) -> Write:
    """Let the transaction depend on nobody having changed the user since; a sign-in is no change."""
    return check(user_key(user.organization_id, user.id), equals(version=user.version), refused)


def displace_user(user: User, now: datetime) -> tuple[Write, ...]:
    """Disable a user whose address is not theirs any more, end their sessions and free the address.

    Goes with `lose_admins` where the user is an active admin. Refused (Stale) where the user changed since.
    """
    values = {
        "status": UserStatus.DISABLED.value,
        "displaced_at": instant(now),
        "epoch": user.epoch + 1,
        "version": user.version + 1,
    }
    write = update(
        user_key(user.organization_id, user.id), values, condition=equals(version=user.version), refused=_stale()
    )
    return (write, _give_address_up(user, _stale()))


def note_sign_in(user: User | AddressEntry, now: datetime, *, with_password: bool, name: str | None = None) -> Write:
    """The time of a sign-in, if nothing that ends sessions happened since the user was read.

    Args:
        name: as the identity provider sent it; None where it sent none.
    """
    user_id, email = (user.id, user.email) if isinstance(user, User) else (user.user_id, user.email)
    method = AuthenticationMethod.PASSWORD if with_password else AuthenticationMethod.SAML
    values = _sign_in(now, method) | ({"last_password_sign_in_at": instant(now)} if with_password else {})
    values |= {"name": name} if name else {}
    condition = equals(epoch=user.epoch, status=UserStatus.ACTIVE.value, email=email)
    changed = Conflict("user_changed", "The account changed during the sign-in. Sign in again.")
    return update(user_key(user.organization_id, user_id), values, condition=condition, refused=changed)


def delete_user(user: User) -> tuple[Write, ...]:
    """The user and their address, if nobody changed the user since."""
    write = delete(user_key(user.organization_id, user.id), equals(version=user.version), _stale())
    return (write,) if user.displaced_at else (write, _give_address_up(user, _stale()))


def address_lookup(email: str) -> Lookup[AddressEntry]:
    """Whose canonical address this is."""
    return Lookup(_address_key(email), _parse_address)


def addresses_of(domain: str) -> Range[AddressEntry]:
    """All addresses of a domain, whichever organization's users have them."""
    return Range(f"EMAIL#{domain}", _ADDRESS, _parse_address)


def _sign_in(at: datetime, method: AuthenticationMethod) -> Item:
    return {"last_sign_in_at": instant(at), "last_sign_in_method": method.value}


def _take_address(user: User) -> Write:
    taken = Conflict("email_taken", f"{user.email} belongs to another user already.")
    return put(_address_key(user.email), _address_item(user), absent(), taken)


def _give_address_up(user: User, refused: Stale) -> Write:
    """Never somebody else's: an address that was freed may have another owner by now."""
    return delete(_address_key(user.email), absent() | equals(user_id=user.id), refused)


def _address_key(email: str) -> Key:
    local, _, domain = email.rpartition("@")
    return Key(f"EMAIL#{domain}", f"{_ADDRESS}{local}")


def _stale() -> Stale:
    return Stale("stale", "Somebody else changed this user at the same time. Load it again, then repeat your change.")


def _item(user: User) -> Item:
    return {
        "id": user.id,
        "organization_id": user.organization_id,
        "email": user.email,
        "name": user.name,
        "role": user.role.value,
        "status": user.status.value,
        "password_hash": user.password_hash,
        "epoch": user.epoch,
        "version": user.version,
        "created_at": instant(user.created_at),
        "last_sign_in_at": instant(user.last_sign_in_at),
        "last_sign_in_method": user.last_sign_in_method.value if user.last_sign_in_method else None,
        "last_password_sign_in_at": instant(user.last_password_sign_in_at),
        "displaced_at": instant(user.displaced_at),
    }


def _address_item(user: User) -> Item:
    return {
        "email": user.email,
        "organization_id": user.organization_id,
        "user_id": user.id,
        "role": user.role.value,
        "status": user.status.value,
        "epoch": user.epoch,
    }


def _parse(item: Item) -> User:
    method = item.get("last_sign_in_method")
    return User(
        id=item["id"],
        organization_id=item["organization_id"],
        email=item["email"],
        name=item.get("name"),
        role=Role(item["role"]),
        status=UserStatus(item["status"]),
        password_hash=item.get("password_hash"),
        epoch=int(item["epoch"]),
        version=int(item["version"]),
        created_at=instant_of(item, "created_at"),
        last_sign_in_at=optional_instant_of(item, "last_sign_in_at"),
        last_sign_in_method=AuthenticationMethod(method) if method else None,
        last_password_sign_in_at=optional_instant_of(item, "last_password_sign_in_at"),
        displaced_at=optional_instant_of(item, "displaced_at"),
    )


def _parse_address(item: Item) -> AddressEntry:
    return AddressEntry(
        email=item["email"],
        organization_id=item["organization_id"],
        user_id=item["user_id"],
        role=Role(item["role"]),
        status=UserStatus(item["status"]),
        epoch=int(item["epoch"]),
    )
