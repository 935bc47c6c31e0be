"""Items of users and their addresses.

ORG#{organization_id} / USER#{user_id}   the user
ORG#{organization_id} / ADMIN#{user_id}  marks an active admin, so that admins are found among any number of users
EMAIL#{domain} / EMAIL#{local part}      the owner of an address, with the user data that a sign-in needs; one partition
                                         per domain, so that a strongly consistent query finds all of its addresses
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from chalicelib.aws.condition import absent, equals
from chalicelib.aws.dynamodb import Lookup, Range
from chalicelib.aws.item import Item, Key, instant, instant_of, optional_instant_of
from chalicelib.aws.transaction import Write, check, delete, put, update
from chalicelib.errors import Conflict, SsoError, Stale
from chalicelib.i18n.message import message
from chalicelib.sessions.model import AuthenticationMethod
from chalicelib.users.model import AddressEntry, Role, User, UserStatus

_ADDRESS: Final = "EMAIL#"


def user_key(organization_id: str, user_id: str) -> Key:
    """Returns the key of a user's item."""
    return Key(f"ORG#{organization_id}", f"USER#{user_id}")


def user_lookup(organization_id: str, user_id: str) -> Lookup[User]:
    """Looks up a user of this organization."""
    return Lookup(user_key(organization_id, user_id), _parse)


def users_of(organization_id: str) -> Range[User]:
    """All users of an organization."""
    return Range(f"ORG#{organization_id}", "USER#", _parse)


def create_user(user: User) -> tuple[Write, ...]:
    """Creates a user with their address. Use with `count_admins` or `require_exists`, and `require_domain_not_foreign`.

    A displaced user, imported from another deployment, has no address.
    """
    exists = Conflict("conflict", message("problem.conflict.user_exists"))
    write = put(user_key(user.organization_id, user.id), _item(user), absent(), exists)
    claim = () if user.displaced_at else (_claim_address(user),)
    return (write, *claim, *_mark(None, user))


def change_user(
    changed: User,
    *,
    before: User,
    signed_in_at: datetime | None = None,
    signed_in_with: AuthenticationMethod | None = None,
) -> tuple[Write, ...]:
    """Writes everything except the sign-in times, if the user is unchanged, and increments the version.

    Args:
        signed_in_at, signed_in_with: set if a sign-in changes the user; the write is then also conditional on no other
            sign-in in between.
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
    return (write, *_change_address(before, changed, stale), *_mark(before, changed))


def _change_address(before: User, changed: User, stale: Stale) -> tuple[Write, ...]:
    if changed.displaced_at:
        return ()
    if before.displaced_at:
        return (_claim_address(changed),)
    if changed.email == before.email:
        return (put(_address_key(changed.email), _address_item(changed), equals(user_id=changed.id), stale),)
    return (_claim_address(changed), _release_address(before, stale))


def admin_ids_of(organization_id: str) -> Range[str]:
    """The IDs of an organization's active admins, as far as they are marked."""
    return Range(f"ORG#{organization_id}", "ADMIN#", lambda item: str(item["user_id"]))


def mark_admin(user: User) -> Write:
    """Marks an active admin. Every change of a user does it; alone it is for users stored by earlier versions."""
    return put(_admin_key(user), {"user_id": user.id})


def _mark(before: User | None, after: User | None) -> tuple[Write, ...]:
    """Returns the change of an admin's marker, if any. The same transaction writes the user on a condition."""
    was, is_now = before is not None and before.is_active_admin, after is not None and after.is_active_admin
    if before is not None and was and not is_now:
        return (delete(_admin_key(before)),)
    return (mark_admin(after),) if after is not None and is_now and not was else ()


def _admin_key(user: User) -> Key:
    return Key(f"ORG#{user.organization_id}", f"ADMIN#{user.id}")


def require_unchanged(user: User, refused: SsoError) -> Write:
    """Makes the transaction conditional on the user being unchanged; sign-ins are no change."""
    return check(user_key(user.organization_id, user.id), equals(version=user.version), refused)


def displace_user(user: User, now: datetime) -> tuple[Write, ...]:
    """Disables a user who lost their address, ends their sessions and frees the address.

    Use with `lose_admins` if the user is an active admin. Refused (Stale) if the user was changed concurrently.
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
    return (write, _release_address(user, _stale()), *_mark(user, None))


def note_sign_in(user: User | AddressEntry, now: datetime, *, with_password: bool, name: str | None = None) -> Write:
    """Writes the time of a sign-in, if the user's epoch is unchanged.

    Args:
        name: from the identity provider; None if there is none.
    """
    user_id, email = (user.id, user.email) if isinstance(user, User) else (user.user_id, user.email)
    method = AuthenticationMethod.PASSWORD if with_password else AuthenticationMethod.SAML
    values = _sign_in(now, method) | ({"last_password_sign_in_at": instant(now)} if with_password else {})
    values |= {"name": name} if name else {}
    condition = equals(epoch=user.epoch, status=UserStatus.ACTIVE.value, email=email)
    changed = Conflict("user_changed")
    return update(user_key(user.organization_id, user_id), values, condition=condition, refused=changed)


def delete_user(user: User) -> tuple[Write, ...]:
    """Deletes a user and their address, if the user is unchanged."""
    write = delete(user_key(user.organization_id, user.id), equals(version=user.version), _stale())
    released = () if user.displaced_at else (_release_address(user, _stale()),)
    return (write, *released, *_mark(user, None))


def address_lookup(email: str) -> Lookup[AddressEntry]:
    """Looks up the owner of a canonical address."""
    return Lookup(_address_key(email), _parse_address)


def addresses_of(domain: str) -> Range[AddressEntry]:
    """All addresses of a domain, across organizations."""
    return Range(f"EMAIL#{domain}", _ADDRESS, _parse_address)


def _sign_in(at: datetime, method: AuthenticationMethod) -> Item:
    return {"last_sign_in_at": instant(at), "last_sign_in_method": method.value}


def _claim_address(user: User) -> Write:
    taken = Conflict("email_taken", message("problem.email_taken", email=user.email))
    return put(_address_key(user.email), _address_item(user), absent(), taken)


def _release_address(user: User, refused: Stale) -> Write:
    """Frees an address, if this user still has it: it may have another owner by now."""
    return delete(_address_key(user.email), absent() | equals(user_id=user.id), refused)


def _address_key(email: str) -> Key:
    local, _, domain = email.rpartition("@")
    return Key(f"EMAIL#{domain}", f"{_ADDRESS}{local}")


def _stale() -> Stale:
    return Stale(message("problem.stale_user"))


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
